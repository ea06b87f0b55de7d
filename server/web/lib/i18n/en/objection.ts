// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	title: "Objections to the evaluation and challenges of the result",
	pauses: "An objection that is not answered suspends the tender: until then no result is published and no contract made (T06).",
	mine: "Raised by me",
	received: "On the record; it waits for its answer",
	received_on: "received {time}",
	answered_on: "answered {time}",
	raise: "Object (challenge)",
	record: "Record one that came in writing",
	to: "The notice",
	until: "{title} (before {time}, {rule})",
	objector: "Who objects",
	received_at: "Received",
	text: "What is objected to and why. Seen only by the project's people and the supervisors.",
	answer: "Answer the objection",
	answer_sure: "The answer is told at once, is on the record and cannot be changed.",
	outcome: "Outcome",
};
