#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives a program's windows by AT-SPI, as a screen reader would see and use them.

	window_driver.py PROGRAM ARGUMENT...

Runs the program and obeys one JSON object a line on its standard input; each is answered by one
line: {"ok": true, "value": …} or {"ok": false, "error": "…"}. A widget is found by "role" and
"name" (an exact text, or a part with "part": true) among those that show.

What all widgets are is asked for in one message (org.a11y.atspi.Cache), and their children at once:
a program that also decodes pictures answers one question late, and a thousand a thousand times later.
"""
import collections
import itertools
import json
import subprocess
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROOT = "/org/a11y/atspi/accessible/root"
ROUNDS = 10  # more do not come up while they are asked for
Widget = collections.namedtuple("Widget", "ref app parent index children interfaces name role description states")


def has_state(states, state):
    return bool((states[0] | states[1] << 32) >> int(getattr(Atspi.StateType, state)) & 1)


def role_name(widget):
    return Atspi.role_get_name(Atspi.Role(widget.role))


def is_called(widget, role, name, part=False):
    if role and role_name(widget) != role:
        return False
    return name is None or widget.name == name or (part and name in widget.name)


class Bus:
    """The bus of AT-SPI, and the program on it."""

    def __init__(self, pid):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address, = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                     Gio.DBusCallFlags.NONE, -1, None).unpack()
        flags = Gio.DBusConnectionFlags
        self.line = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
        self.program = next((name for name, _ in self.ask("org.a11y.atspi.Registry", ROOT, "Accessible", "GetChildren")
                             if self.pid_of(name) == pid), None)
        if self.program is None:
            raise LookupError("the program has no accessible windows")

    def send(self, name, path, interface, method, args=None):
        return self.line.call_sync(name, path, interface, method, args, None, Gio.DBusCallFlags.NONE, -1, None)

    def ask(self, name, path, interface, method, args=None):
        return self.send(name, path, f"org.a11y.atspi.{interface}", method, args).unpack()[0]

    def pid_of(self, name):
        try:
            return self.send("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                             "GetConnectionUnixProcessID", GLib.Variant("(s)", (name,))).unpack()[0]
        except GLib.GError:
            return None  # it went away meanwhile


class Windows:
    """What the program shows."""

    def __init__(self, bus):
        self.bus = bus

    def ask(self, path, interface, method, args=None):
        return self.bus.ask(self.bus.program, path, interface, method, args)

    def get(self, path, interface, name):
        args = GLib.Variant("(ss)", (f"org.a11y.atspi.{interface}", name))
        return self.bus.send(self.bus.program, path, "org.freedesktop.DBus.Properties", "Get", args).unpack()[0]

    def states(self, path):
        return self.ask(path, "Accessible", "GetState")

    def items(self):
        """The widgets that somebody has asked for, hidden ones too, by their path."""
        return {item[0][1]: Widget(*item) for item in self.ask("/org/a11y/atspi/cache", "Cache", "GetItems")}

    def children(self, paths):
        """Of all of these at once; of one that went away meanwhile none."""
        answers = {}

        def answered(line, result, path):
            try:
                answers[path] = [child for _, child in line.call_finish(result).unpack()[0]]
            except GLib.GError:
                answers[path] = []

        for path in paths:
            self.bus.line.call(self.bus.program, path, "org.a11y.atspi.Accessible", "GetChildren", None, None,
                               Gio.DBusCallFlags.NONE, -1, None, answered, path)
        while len(answers) < len(paths):
            GLib.MainContext.default().iteration(True)
        return answers

    def introduce(self, strangers):
        """GTK puts a widget in the answer once somebody has asked for it."""
        while strangers:
            strangers = set(itertools.chain.from_iterable(self.children(strangers).values()))

    def widgets(self):
        """By parent, in the order of the screen. What its parent hides is in GTK's answer, but no child of it."""
        for _ in range(ROUNDS):
            items = self.items()
            below = self.children({ROOT} | {path for path, item in items.items() if item.children})
            strangers = set(itertools.chain.from_iterable(below.values())) - items.keys()
            if not strangers:
                break
            self.introduce(strangers)
        return {path: [items[child] for child in children if child in items] for path, children in below.items()}

    def walk(self, within=None):
        """The widgets that show, with their depth. within: "dialog": only in windows other than the main one."""
        below = self.widgets()

        def down(widget, depth):
            if has_state(widget.states, "VISIBLE"):
                yield widget, depth
                for child in below.get(widget.ref[1], ()):
                    yield from down(child, depth + 1)

        for window in below[ROOT]:
            if within is None or role_name(window) != "frame":
                yield from down(window, 0)


class Driver:
    def __init__(self, args):
        self.child = subprocess.Popen(args)
        self.shown = None
        self.aim = self.target = None  # what do_reached was asked for last, and where it is
        self.holder = None  # of the focus, when it was last looked for

    @property
    def windows(self):
        if self.shown is None:
            self.shown = Windows(Bus(self.child.pid))
        return self.shown

    def all(self, role, name, part, within=None):
        return (w for w, _ in self.windows.walk(within) if is_called(w, role, name, part))

    def find(self, role=None, name=None, part=False, nth=0, within=None, **_):
        found = next(itertools.islice(self.all(role, name, part, within), nth, None), None)
        if found is None:
            raise LookupError(f"no {role or 'widget'} {name!r}")
        return found

    def ask(self, widget, interface, method, args=None):
        if f"org.a11y.atspi.{interface}" not in widget.interfaces:
            raise LookupError(f"does not take {interface}.{method}")
        return self.windows.ask(widget.ref[1], interface, method, args)

    # ---- commands

    def do_tree(self, **_):
        return [f"{'  ' * depth}{role_name(w)} {w.name!r}" for w, depth in self.windows.walk()]

    def do_unnamed(self, roles, **_):
        """Widgets of these roles that have neither name nor description."""
        return [role_name(w) for w, _ in self.windows.walk()
                if role_name(w) in roles and not (w.name or w.description)]

    def do_names(self, role=None, **_):
        return [w.name for w in self.all(role, None, False)]

    def do_has(self, **what):
        try:
            self.find(**what)
            return True
        except LookupError:
            return False

    def do_press(self, **what):
        widget = self.find(**what)
        if not has_state(widget.states, "SENSITIVE"):
            raise LookupError("is not sensitive")
        return self.ask(widget, "Action", "DoAction", GLib.Variant("(i)", (0,)))

    def do_state(self, state, **what):
        return has_state(self.find(**what).states, state.upper())

    def do_reached(self, **what):
        """Whether the widget has the focus; who has it instead is remembered for do_moved."""
        if self.aim != what or self.target not in self.windows.items():
            self.aim, self.target = what, self.find(**what).ref[1]
        items = self.windows.items()
        self.holder = next((path for path, item in items.items() if has_state(item.states, "FOCUSED")), None)
        if self.holder != self.target:
            return False
        self.aim = None  # it may be another the next time
        return True

    def do_moved(self, **_):
        """Whether the focus has left who had it."""
        try:
            return self.holder is None or not has_state(self.windows.states(self.holder), "FOCUSED")
        except GLib.GError:
            return True  # it went away meanwhile

    def do_text(self, **what):
        widget = self.find(**what)
        if "org.a11y.atspi.Text" not in widget.interfaces:
            return widget.name
        count = self.windows.get(widget.ref[1], "Text", "CharacterCount")
        return self.ask(widget, "Text", "GetText", GLib.Variant("(ii)", (0, count)))

    def do_fill(self, text, **what):
        return self.ask(self.find(**what), "EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))

    def do_beyond(self, **_):
        """Asks for a window beyond the last, as a screen reader does while one closes."""
        count = self.windows.get(ROOT, "Accessible", "ChildCount")
        self.windows.ask(ROOT, "Accessible", "GetChildAtIndex", GLib.Variant("(i)", (count + 1,)))

    def do_pid(self, **_):
        return self.child.pid

    def do_wait(self, seconds=20, **_):
        return self.child.wait(seconds)

    def obey(self, line):
        command = json.loads(line)
        try:
            value = getattr(self, "do_" + command.pop("do"))(**command)
            return {"ok": True, "value": value}
        except (LookupError, GLib.GError, subprocess.TimeoutExpired) as error:
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
