//! Ordered review of streams, the example runner, replay.
