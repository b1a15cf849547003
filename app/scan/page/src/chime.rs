//! What an answer sounds like.

use wasm_bindgen::JsValue;
use web_sys::AudioContext;

/// How an answer is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chime {
    /// Come in: two notes up.
    Good,
    /// Look: the same note twice.
    Warn,
    /// No: one low note.
    Bad,
}

impl Chime {
    /// In hertz, one after the other.
    const fn notes(self) -> &'static [f32] {
        match self {
            Self::Good => &[880.0, 1320.0],
            Self::Warn => &[660.0, 660.0],
            Self::Bad => &[220.0],
        }
    }

    /// Plays it now.
    ///
    /// # Errors
    /// What the browser's audio says. A convenience: whoever hears nothing reads the answer.
    pub fn play(self, sound: &AudioContext) -> Result<(), JsValue> {
        let mut at = sound.current_time();
        for note in self.notes() {
            let (tone, volume) = (sound.create_oscillator()?, sound.create_gain()?);
            tone.frequency().set_value(*note);
            volume.gain().set_value(0.08);
            tone.connect_with_audio_node(&volume)?;
            volume.connect_with_audio_node(&sound.destination())?;
            tone.start_with_when(at)?;
            at += 0.15;
            tone.stop_with_when(at - 0.03)?;
        }
        Ok(())
    }
}
