// SPDX-License-Identifier: GPL-3.0-or-later
// Cameras, microphones, speakers and the screen as the browser offers them, and what to tell a person whom it refuses.
import type { Kind } from "@/room/control";
import type { Device } from "@/room/own";
import type { Offer } from "@/room/seat";
import { temporalLayers, type PictureForm } from "@/room/picture_encoder";

export interface DeviceList {
	cameras: MediaDeviceInfo[];
	microphones: MediaDeviceInfo[];
	speakers: MediaDeviceInfo[];
}

/** What the browser must have to sit in a room; the names of what is missing. */
export function missingParts(): string[] {
	const parts: [string, boolean][] = [
		["https", window.isSecureContext], ["WebCodecs", "VideoDecoder" in window && "AudioDecoder" in window],
		["AudioWorklet", "AudioWorklet" in window], ["OffscreenCanvas", "OffscreenCanvas" in window],
	];
	return parts.filter(([, there]) => !there).map(([name]) => name);
}

export const canSend = (): boolean => "MediaStreamTrackProcessor" in window && "VideoEncoder" in window;

export async function listDevices(): Promise<DeviceList> {
	const all = await navigator.mediaDevices.enumerateDevices();
	const of = (kind: MediaDeviceKind) => all.filter((d) => d.kind === kind && d.deviceId);
	return { cameras: of("videoinput"), microphones: of("audioinput"), speakers: of("audiooutput") };
}

export const openCamera = (deviceId: string): Promise<MediaStream> => navigator.mediaDevices.getUserMedia({
	video: { deviceId: deviceId ? { exact: deviceId } : undefined, width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 25, max: 30 } },
});

export const openMicrophone = (deviceId: string): Promise<MediaStream> => navigator.mediaDevices.getUserMedia({
	audio: { deviceId: deviceId ? { exact: deviceId } : undefined, channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
});

export const openScreen = (): Promise<MediaStream> => navigator.mediaDevices.getDisplayMedia({
	video: { width: { max: 1280 }, height: { max: 720 }, frameRate: { max: 8 } },
});

/** The message (room.…) for an error of the functions above. */
export function deviceComplaint(error: unknown): string {
	switch ((error as DOMException)?.name) {
		case "NotAllowedError": case "SecurityError": return "denied";
		case "NotFoundError": case "OverconstrainedError": return "no_device";
		case "NotReadableError": case "AbortError": return "device_busy";
		default: return "device_failed";
	}
}

interface Processor<T> {
	readable: ReadableStream<T>;
}
declare const MediaStreamTrackProcessor: new <T>(init: { track: MediaStreamTrack }) => Processor<T>;

const BITRATES: Record<"cam" | "screen", number> = { cam: 400_000, screen: 800_000 };
/** For small tiles: half as wide and high, unless the whole picture is small itself. */
const SMALL_BITRATE = 120_000;
const WHOLE_MIN_HEIGHT = 240;
/** VP8 wants even sizes. */
const even = (n: number): number => Math.max(16, n & ~1);

export interface Offered {
	device: Device;
	offer: Offer;
	small: Offer | null;
}

const offerOf = ({ width, height, fps, layers }: PictureForm, label: string): Offer => ({ codec: "vp8", label, width, height, fps, layers });

/**
 * What the worker needs of a track: its frames, and what is offered to the room. Frames are asked for last: one that came
 * before they are handed to the worker would stay here and never be closed.
 */
export async function deviceOf(kind: Kind, track: MediaStreamTrack): Promise<Offered> {
	const label = track.label.slice(0, 64);
	const frames = () => new MediaStreamTrackProcessor<VideoFrame & AudioData>({ track }).readable;
	if (kind === "mic")
		return { device: { readable: frames() }, offer: { codec: "opus", label }, small: null };
	const { width = 640, height = 360, frameRate = 25 } = track.getSettings();
	const form: PictureForm = { width: even(width), height: even(height), fps: Math.min(120, Math.max(1, Math.round(frameRate))), bitrate: BITRATES[kind], layers: 1 };
	form.layers = kind === "cam" ? await temporalLayers(form) : 1;
	const small = kind === "cam" && form.height >= WHOLE_MIN_HEIGHT
		? { ...form, width: even(form.width / 2), height: even(form.height / 2), bitrate: SMALL_BITRATE } : null;
	return {
		device: { readable: frames(), pictures: small ? [form, small] : [form] },
		offer: offerOf(form, label), small: small && offerOf(small, label),
	};
}
