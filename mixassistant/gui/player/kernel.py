"""What the sound card calls: the mixer's rendering, compiled by numba, so that nothing that Python does can hold it up.

A callback in Python waits for the interpreter's lock, which an analysis beside it holds for tenths of a second. This one never asks
for it: it allocates nothing, raises nothing, and knows sounds and wishes by their addresses alone (`mixer` keeps them alive).

Import this module inside functions only: it loads numba, and the first time on a machine it compiles for some seconds; the result is
kept on disk.
"""

# The types here are numba's, which checks them when it compiles.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,misc,attr-defined,call-arg,import-untyped,type-var,unreachable"

from __future__ import annotations

import ctypes
import math

import numpy as np
from llvmlite import ir
from numba import carray, cfunc, njit, types
from numba.extending import intrinsic

from mixassistant.gui.player import listening

UNDERFLOW = 4  # paOutputUnderflow, portaudio.h
ULONG = types.uint64 if ctypes.sizeof(ctypes.c_ulong) == 8 else types.uint32
CALLBACK = types.intc(types.voidptr, types.voidptr, ULONG, types.voidptr, ULONG, types.voidptr)  # PaStreamCallback, portaudio.h

# One sound that starts at sample `start` of the song. Steps count samples: that of the channels is 0 in mono.
LAYER = np.dtype(
    [(name, np.int64) for name in ("address", "channel_step", "sample_step", "start", "length")] + [("gain", np.float64)], align=True
)
# What is to sound; it never changes once it has been published. `voice` tells voices apart, and is 0 for silence; `position` is
# negative for “from where it is”; `loop_end` is negative without a loop.
# `mix` is the address of the gains of `listening`, 9 float64.
WISH = np.dtype(
    [(name, np.int64) for name in ("number", "voice", "length", "position", "loop_start", "loop_end", "layers", "table", "mix")]
)
# What the sound card's thread works with. The window's thread writes `wish` alone, the address of a `WISH`, and reads the rest.
STATE = np.dtype(
    [
        (name, np.int64)
        for name in (
            "wish",  # first: it is read and written by the state's own address
            "seen",  # the number of the wish that was followed last
            "oldest",  # wishes with smaller numbers are not used any more
            "silence",  # the address of a wish for nothing
            "now", "position",  # what sounds or fades in, and where it is
            "before", "before_position",  # what fades out
            "fade", "faded",  # samples of a crossfade, and of the one under way
            "loop_start", "loop_end",
            "has_ended",
            # samples that sounded since the last wish with a position, and since that or the loop's last turn; samples of silence since
            "since_wish", "since_turn", "silent",
            "blocks", "underruns",  # how often it was called, and how often too late
            "turned",  # samples of a fade from what part was heard to another
            "filters", "memory",  # addresses of the bands' biquads and of what those remember
            "mix_before", "mix",  # addresses of gains: faded from, and to
            "tape", "taped",  # the address of what sounded of late, and how many samples ever did
        )
    ]
)  # fmt: skip
TAPE = 1 << 17  # samples of it, a power of two: the latency and a third of a second of 192 kHz are less
TRACKS = 4  # left and right before the part that is listened to is taken, and after
BANDS, SECTIONS = len(listening.BANDS), listening.SECTIONS
SILENT, ABSURD = 1e-30, 1e9  # what a filter remembers below or above is forgotten: numbers under 1e-308 are slow, no number stays none


@intrinsic
def _pointer(_typing, _address):
    """Return an address as a pointer."""

    def generate(_context, builder, _signature, arguments):
        return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

    return types.voidptr(types.int64), generate


@intrinsic
def _load(_typing, _pointer):
    """Return the integer at a pointer, and see all that was written before it was (acquire)."""

    def generate(_context, builder, _signature, arguments):
        return builder.load_atomic(builder.bitcast(arguments[0], ir.IntType(64).as_pointer()), "acquire", 8)

    return types.int64(types.voidptr), generate


@intrinsic
def _store(_typing, _pointer, _value):
    """Write an integer to a pointer, after all that was read or written before (release)."""

    def generate(context, builder, _signature, arguments):
        builder.store_atomic(arguments[1], builder.bitcast(arguments[0], ir.IntType(64).as_pointer()), "release", 8)
        return context.get_dummy_value()

    return types.void(types.voidptr, types.int64), generate


@njit
def _wish(address):
    return carray(_pointer(address), 1, WISH)[0]


@njit
def _switch(state, address, position):
    """Let a wish's voice fade in at a position, unless it sounds there already."""
    wish = _wish(address)
    if wish.voice == _wish(state.now).voice and position == state.position:
        return
    state.before, state.before_position = state.now, state.position
    state.now = address if wish.voice != 0 else state.silence
    state.position = position
    state.faded = 0
    state.has_ended = 0


@njit
def _gains(address):
    return carray(_pointer(address), 1 + BANDS + 4, np.float64)


@njit
def _turn(state, wish):
    """Let the part that is heard become a wish's."""
    before, now, wanted = _gains(state.mix_before), _gains(state.mix), _gains(wish.mix)
    for index in range(1 + BANDS + 4):
        before[index] = now[index]
        if now[index] != wanted[index]:
            now[index] = wanted[index]
            state.turned = 0


@njit
def _follow(state, address):
    """Begin what was wished for, unless a crossfade is under way: it takes 5 ms, and the wish stays."""
    if state.faded < state.fade or state.turned < state.fade:
        return
    wish = _wish(address)
    if wish.number != state.seen:
        state.seen = wish.number
        _turn(state, wish)
        state.loop_start, state.loop_end = wish.loop_start, wish.loop_end
        if wish.position >= 0:
            state.since_wish = state.since_turn = 0
        _switch(state, address, state.position if wish.position < 0 else wish.position)
    now = _wish(state.now)
    if state.faded == state.fade and now.voice != 0:
        if 0 <= state.loop_end <= state.position:
            _switch(state, state.now, state.loop_start)
            state.since_turn = 0
        elif state.position >= now.length:
            state.has_ended = 1
            state.now = state.silence


@njit
def _until_change(state, most):
    """Return how many samples, at most so many, may be rendered before anything has to change."""
    if state.turned < state.fade:
        most = min(most, state.fade - state.turned)
    if state.faded < state.fade:
        return min(most, state.fade - state.faded)
    now = _wish(state.now)
    if now.voice == 0:
        return most
    end = now.length if state.loop_end < 0 else min(now.length, state.loop_end)
    return min(most, max(end - state.position, 1))


@njit
def _add(address, position, block, first, count, faded, fade, direction):
    """Add a wish's layers at its position; they rise (1), fall (−1) or stay (0) along a raised cosine."""
    wish = _wish(address)
    layers = carray(_pointer(wish.table), wish.layers, LAYER)
    for k in range(wish.layers):
        layer = layers[k]
        begin = max(position, layer.start)
        end = min(position + count, layer.start + layer.length)
        if layer.gain == 0.0:
            continue
        samples = carray(_pointer(layer.address), 1, np.float32)
        for n in range(begin, end):
            gain = layer.gain
            if direction != 0:
                gain *= 0.5 - direction * 0.5 * math.cos(math.pi * (faded + n - position + 0.5) / fade)
            index, place = (n - layer.start) * layer.sample_step, first + n - position
            block[place, 0] += np.float32(gain * samples[index])
            block[place, 1] += np.float32(gain * samples[index + layer.channel_step])


@njit
def _band(filters, memory, band, channel, value):
    """Return what a band's biquads (transposed direct form II) make of a sample."""
    for section in range(SECTIONS):
        passed = filters[band, section, 0] * value + memory[band, section, channel, 0]
        memory[band, section, channel, 0] = (
            filters[band, section, 1] * value - filters[band, section, 3] * passed + memory[band, section, channel, 1]
        )
        memory[band, section, channel, 1] = filters[band, section, 2] * value - filters[band, section, 4] * passed
        value = passed
    return value


@njit
def _listen(state, block, first, count):
    """Take the part of a stretch of a block that is listened to, and keep both on tape."""
    filters = carray(_pointer(state.filters), (BANDS, SECTIONS, 5), np.float64)
    memory = carray(_pointer(state.memory), (BANDS, SECTIONS, 2, 2), np.float64)
    tape = carray(_pointer(state.tape), (TAPE, TRACKS), np.float32)
    before, now = _gains(state.mix_before), _gains(state.mix)
    is_whole = state.turned >= state.fade and now[0] == 1.0 and now[1 + BANDS] == 1.0
    for n in range(first, first + count):
        at = (state.taped + n - first) & (TAPE - 1)
        left, right = np.float64(block[n, 0]), np.float64(block[n, 1])
        tape[at, 0], tape[at, 1] = block[n, 0], block[n, 1]
        share = 1.0
        if state.turned < state.fade:
            share = 0.5 - 0.5 * math.cos(math.pi * (state.turned + n - first + 0.5) / state.fade)
        whole = before[0] + share * (now[0] - before[0])
        heard_left, heard_right = whole * left, whole * right
        for band in range(BANDS):
            banded_left, banded_right = _band(filters, memory, band, 0, left), _band(filters, memory, band, 1, right)
            gain = before[1 + band] + share * (now[1 + band] - before[1 + band])
            heard_left += gain * banded_left
            heard_right += gain * banded_right
        if not is_whole:
            ll, rl, lr, rr = (
                before[1 + BANDS] + share * (now[1 + BANDS] - before[1 + BANDS]),
                before[2 + BANDS] + share * (now[2 + BANDS] - before[2 + BANDS]),
                before[3 + BANDS] + share * (now[3 + BANDS] - before[3 + BANDS]),
                before[4 + BANDS] + share * (now[4 + BANDS] - before[4 + BANDS]),
            )
            block[n, 0] = ll * heard_left + rl * heard_right
            block[n, 1] = lr * heard_left + rr * heard_right
        tape[at, 2], tape[at, 3] = block[n, 0], block[n, 1]
    if state.turned < state.fade:
        state.turned += count
    state.taped += count


@njit
def _forget_whispers(state):
    """Set to nothing what the filters remember of a sound that ended long ago, or that was none."""
    memory = carray(_pointer(state.memory), BANDS * SECTIONS * 4, np.float64)
    for index in range(BANDS * SECTIONS * 4):
        if not SILENT <= abs(memory[index]) <= ABSURD:
            memory[index] = 0.0


@cfunc(CALLBACK, cache=True)
def callback(_input, output, frames, _time, flags, userdata):
    """Fill a block of interleaved stereo within ±1; `userdata` is a `STATE` (a PaStreamCallback, which goes on for ever)."""
    state = carray(userdata, 1, STATE)[0]
    total = np.int64(frames)
    block = carray(output, (total, 2), np.float32)
    state.blocks += 1
    if flags & UNDERFLOW:
        state.underruns += 1
    done = 0
    while done < total:
        _follow(state, _load(userdata))
        count = _until_change(state, total - done)
        block[done : done + count] = 0
        if state.faded < state.fade:
            _add(state.now, state.position, block, done, count, state.faded, state.fade, 1)
            _add(state.before, state.before_position, block, done, count, state.faded, state.fade, -1)
            state.faded += count
            if _wish(state.before).voice != 0:
                state.before_position += count
        else:
            _add(state.now, state.position, block, done, count, 0, 1, 0)
        _listen(state, block, done, count)
        if _wish(state.now).voice != 0:
            state.position += count
            state.since_wish += count
            state.since_turn += count
            state.silent = 0
        else:
            state.silent += count
        done += count
    _forget_whispers(state)
    for n in range(total):
        for channel in range(2):
            block[n, channel] = min(max(block[n, channel], np.float32(-1)), np.float32(1))
    oldest = state.seen
    if _wish(state.now).voice != 0:
        oldest = min(oldest, _wish(state.now).number)
    if state.faded < state.fade and _wish(state.before).voice != 0:
        oldest = min(oldest, _wish(state.before).number)
    state.oldest = oldest
    return 0


@cfunc(types.void(types.voidptr, types.int64), cache=True)
def publish(state, wish):
    """Make a wish, given by its address, the one that is followed from the next block on."""
    _store(state, wish)
