// SPDX-License-Identifier: Apache-2.0
// The sounds of the telephone, made by oscillators: nothing to load, nothing that can be missing. It knows whether they
// are heard: a browser lets no page sound before somebody has clicked in it, which signing in on duty does.
//
// A whole ring is planned ahead on the audio clock, because timers of a tab in the background are slowed to 1 s. That it
// sounds is believed only when a source of the same context has come to its end: then the context runs and its clock
// moves, whatever it says of itself after hours in the background.
import { Emitter } from './emitter';

export type Sound = 'incoming' | 'ringback' | 'test';

interface Note {
  hz: number;
  fromS: number;
  toS: number;
}
interface Pattern {
  notes: readonly Note[];
  periodS: number;
  times: number;
  volume: number;
}

/** Longer than any ring time in use (the protocol's default is 30 s). */
const LONGEST_S = 120;
const BELL: readonly Note[] = [
  { hz: 784, fromS: 0, toS: 0.28 }, { hz: 988, fromS: 0.3, toS: 0.58 },
  { hz: 784, fromS: 0.7, toS: 0.98 }, { hz: 988, fromS: 1.0, toS: 1.28 },
];
const PATTERNS: Record<Sound, Pattern> = {
  incoming: { notes: BELL, periodS: 2.4, times: LONGEST_S / 2.4, volume: 0.35 },
  // Ring-back tone of the Chinese network: 450 Hz, 1 s on, 4 s off (GB/T 3380).
  ringback: { notes: [{ hz: 450, fromS: 0, toS: 1 }], periodS: 5, times: LONGEST_S / 5, volume: 0.08 },
  test: { notes: BELL.slice(0, 2), periodS: 1, times: 1, volume: 0.35 },
};
const EDGE_S = 0.015; // soft edges: no clicks
const PROOF_S = 0.05; // of the audio clock, until the proof is in

interface RingEvents {
  /** True once the tone is really going to the loudspeaker. */
  sounding: boolean;
  /** The browser keeps us silent until somebody clicks. */
  locked: boolean;
}

export class Ring extends Emitter<RingEvents> {
  private context: AudioContext | null = null;
  private playing: { sound: Sound; stop: () => void; proven: boolean } | null = null;
  private awake: ConstantSourceNode | null = null;
  private sinkId = '';

  constructor(private readonly create: () => AudioContext) {
    super();
  }

  /** Shared with the level meter: a page should have one. */
  get audio(): AudioContext {
    if (this.context === null) {
      const context = this.create();
      this.context = context;
      context.onstatechange = () => {
        if (this.awake !== null && context.state !== 'running') void context.resume().catch(() => undefined);
        this.tell();
      };
      this.applySink();
    }
    return this.context;
  }

  get locked(): boolean {
    return this.audio.state !== 'running';
  }

  /** To be called from inside a click. */
  async unlock(): Promise<void> {
    await this.audio.resume().catch(() => undefined);
    this.tell();
  }

  start(sound: Sound): void {
    if (this.playing?.sound === sound && sound !== 'test') return;
    this.stop();
    const context = this.audio;
    this.playing = { sound, stop: plan(context, PATTERNS[sound]), proven: false };
    this.prove(context, this.playing);
    if (context.state !== 'running') void context.resume().catch(() => undefined);
    this.tell();
  }

  stop(): void {
    const was = this.playing;
    this.playing = null;
    was?.stop();
    if (was !== null) this.emit('sounding', false);
  }

  /** On duty the context is kept rendering (silence), and woken when the system put it to sleep. */
  keepAwake(on: boolean): void {
    if (on === (this.awake !== null)) return;
    if (!on) {
      this.awake?.stop();
      this.awake?.disconnect();
      this.awake = null;
      return;
    }
    const context = this.audio;
    this.awake = silence(context);
    this.awake.start();
    if (context.state !== 'running') void context.resume().catch(() => undefined);
  }

  /** Chromium 110 and newer can send it to a chosen loudspeaker; older ones use the system's. */
  setSpeaker(deviceId: string): void {
    this.sinkId = deviceId === 'default' ? '' : deviceId;
    this.applySink();
  }

  private applySink(): void {
    const context = this.context as (AudioContext & { setSinkId?: (id: string) => Promise<void> }) | null;
    if (context !== null && typeof context.setSinkId === 'function') {
      void context.setSinkId(this.sinkId).catch(() => undefined); // unplugged: the system's loudspeaker then
    }
  }

  private prove(context: AudioContext, playing: { proven: boolean }): void {
    const from = context.currentTime;
    const source = silence(context);
    source.onended = () => {
      source.disconnect();
      if (context.state !== 'running' || context.currentTime <= from) return;
      playing.proven = true;
      this.tell();
    };
    source.start();
    source.stop(from + PROOF_S);
  }

  private tell(): void {
    this.emit('locked', this.locked);
    if (this.playing?.proven === true && !this.locked) this.emit('sounding', true);
  }
}

function silence(context: AudioContext): ConstantSourceNode {
  const source = context.createConstantSource();
  source.offset.value = 0;
  source.connect(context.destination);
  return source;
}

function plan(context: AudioContext, pattern: Pattern): () => void {
  const start = context.currentTime + 0.05;
  const voices = [...new Set(pattern.notes.map((note) => note.hz))].map((hz) => {
    const gain = context.createGain();
    gain.gain.value = 0;
    gain.connect(context.destination);
    const oscillator = context.createOscillator();
    oscillator.frequency.value = hz;
    oscillator.connect(gain);
    for (let round = 0; round < pattern.times; round++) {
      for (const note of pattern.notes.filter((each) => each.hz === hz)) {
        const from = start + round * pattern.periodS + note.fromS;
        const to = start + round * pattern.periodS + note.toS;
        gain.gain.setValueAtTime(0, from);
        gain.gain.linearRampToValueAtTime(pattern.volume, from + EDGE_S);
        gain.gain.setValueAtTime(pattern.volume, to - EDGE_S);
        gain.gain.linearRampToValueAtTime(0, to);
      }
    }
    oscillator.start(start);
    oscillator.stop(start + pattern.times * pattern.periodS);
    return { oscillator, gain };
  });
  return () => {
    for (const { oscillator, gain } of voices) {
      oscillator.stop();
      oscillator.disconnect();
      gain.disconnect();
    }
  };
}
