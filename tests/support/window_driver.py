#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a program's windows by AT-SPI, as a screen reader would see and use them.

	window_driver.py PROGRAM ARGUMENT...

Runs the program and obeys one JSON object a line on its standard input; each is answered by one
line: {"ok": true, "value": …} or {"ok": false, "error": "…"}. A widget is found by "role" and
"name" (an exact text, or a part with "part": true) among those that show.
"""
import itertools
import json
import subprocess
import sys
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)  # the interfaces' getters have no other name here
Atspi.init()


def children(node):
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield child


def walk(node, depth=0):
    """The widgets below that show, with their depth and states. Each question is a trip to the
    program and back: what was asked once is handed on."""
    if depth > 60:
        return
    try:
        states = node.get_state_set()
        # GTK 4.8 calls only whole windows showing.
        if depth > 0 and not states.contains(Atspi.StateType.VISIBLE):
            return
        yield node, depth, states
        for child in children(node):
            yield from walk(child, depth + 1)
    except gi.repository.GLib.GError:
        return  # it went away meanwhile


def is_called(node, role, name, part=False):
    try:
        if role and node.get_role_name() != role:
            return False
        text = node.get_name() or "" if name is not None else None
        return name is None or text == name or (part and name in text)
    except gi.repository.GLib.GError:
        return False  # it went away meanwhile


def is_there(node):
    try:
        return not node.get_state_set().contains(Atspi.StateType.DEFUNCT)
    except gi.repository.GLib.GError:
        return False


def focused(node):
    try:
        return node.get_state_set().contains(Atspi.StateType.FOCUSED)
    except gi.repository.GLib.GError:
        return False  # it went away meanwhile


class Driver:
    def __init__(self, args):
        self.child = subprocess.Popen(args)
        self.aim = self.target = None  # what do_reached was asked for last, and what it found
        self.holder = None  # of the focus, when it was last looked for

    def root(self):
        desktop = Atspi.get_desktop(0)
        for app in children(desktop):
            if app.get_process_id() == self.child.pid:
                app.set_cache_mask(Atspi.Cache.NONE)
                return app
        raise LookupError("the program has no accessible windows")

    def all(self, role, name, part, within=None):
        """within: "dialog": only in windows other than the main one."""
        for node, _, _ in self.scope(within):
            if is_called(node, role, name, part):
                yield node

    def scope(self, within):
        if within is None:
            yield from walk(self.root())
            return
        for window in children(self.root()):
            if window.get_role_name() != "frame":
                yield from walk(window)

    def find(self, role=None, name=None, part=False, nth=0, within=None, **_):
        found = next(itertools.islice(self.all(role, name, part, within), nth, None), None)
        if found is None:
            raise LookupError(f"no {role or 'widget'} {name!r}")
        return found

    # ---- commands

    def do_tree(self, **_):
        return [f"{'  ' * depth}{n.get_role_name()} {n.get_name()!r}" for n, depth, _ in walk(self.root())]

    def do_unnamed(self, roles, **_):
        """Widgets of these roles that have neither name nor description."""
        return [n.get_role_name() for n, _, _ in walk(self.root())
                if n.get_role_name() in roles and not (n.get_name() or n.get_description())]

    def do_names(self, role=None, **_):
        return [n.get_name() for n in self.all(role, None, False)]

    def do_has(self, **what):
        try:
            self.find(**what)
            return True
        except LookupError:
            return False

    def do_press(self, **what):
        node = self.find(**what)
        if not node.get_state_set().contains(Atspi.StateType.SENSITIVE):
            raise LookupError("is not sensitive")
        action = node.get_action_iface()
        if action is None or action.get_n_actions() == 0:
            raise LookupError("cannot be pressed")
        return action.do_action(0)

    def do_state(self, state, **what):
        return self.find(**what).get_state_set().contains(getattr(Atspi.StateType, state.upper()))

    def do_reached(self, **what):
        """Whether the widget has the focus; who has it instead is remembered for do_moved."""
        if self.aim != what or not is_there(self.target):
            self.aim, self.target = what, self.find(**what)
        if focused(self.target):
            self.aim = None  # it may be another the next time
            return True
        self.holder = next((node for node, _, states in walk(self.root())
                            if states.contains(Atspi.StateType.FOCUSED)), None)
        return False

    def do_moved(self, **_):
        """Whether the focus has left who had it."""
        return self.holder is None or not focused(self.holder)

    def do_text(self, **what):
        node = self.find(**what)
        text = node.get_text_iface()
        return text.get_text(0, text.get_character_count()) if text else node.get_name()

    def do_fill(self, text, **what):
        node = self.find(**what)
        editable = node.get_editable_text_iface()
        if editable is None:
            raise LookupError("is not to be written in")
        return editable.set_text_contents(text)

    def do_focus(self, **what):
        return self.find(**what).get_component_iface().grab_focus()

    def do_value(self, **what):
        return self.find(**what).get_value_iface().get_current_value()

    def do_beyond(self, **_):
        """Asks for a window beyond the last, as a screen reader does while one closes."""
        root = self.root()
        root.get_child_at_index(root.get_child_count() + 1)

    def do_pid(self, **_):
        return self.child.pid

    def do_wait(self, seconds=20, **_):
        return self.child.wait(seconds)

    def obey(self, line):
        command = json.loads(line)
        try:
            value = getattr(self, "do_" + command.pop("do"))(**command)
            return {"ok": True, "value": value}
        except (LookupError, gi.repository.GLib.GError, subprocess.TimeoutExpired) as error:
            return {"ok": False, "error": str(error)}


def main():
    driver = Driver(sys.argv[1:])
    for line in sys.stdin:
        print(json.dumps(driver.obey(line)), flush=True)
    if driver.child.poll() is None:
        driver.child.terminate()
    return driver.child.wait()


if __name__ == "__main__":
    sys.exit(main())
