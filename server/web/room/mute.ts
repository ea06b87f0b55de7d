// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a source of this seat is silent. The person and the server (for itself or the host) can want that, and it is
// silent while either does. A wish for silence holds at once, a wish to be heard when it is committed; what the server
// says after a lost line can only add silence. Pure.

export class Mute {
	private self = false;
	private server = false;
	private newestNo = 0; // of the events about this source
	private historyNo = 0; // events up to this one were over when we connected

	get on(): boolean {
		return this.self || this.server;
	}

	/** By the host, as far as is known here. */
	get byOther(): boolean {
		return this.server && !this.self;
	}

	pressed(on: boolean): void {
		if (on)
			this.self = true;
	}

	/** Committed as event no: the person opened the source. If the host has muted it since, that stands. */
	opened(no: number): void {
		this.self = false;
		if (this.newestNo <= no)
			this.server = false;
	}

	welcomed(lastEventNo: number): void {
		this.historyNo = lastEventNo;
	}

	/** The roster does not say who wants the silence, so it never ends it: events do. */
	listed(on: boolean): void {
		this.server ||= on;
	}

	/** After a reconnect events tell what was, the roster what is: an opening among them opens nothing now. */
	event(on: boolean, no: number): void {
		if (on || no > this.historyNo)
			this.server = on;
		this.newestNo = no;
	}
}
