//! AWS JSON.
