//! Sending text messages. The built-in sender only writes to the log; a provider is another
//! implementation of [`SmsSender`].

use app::{i18n::Locale, words};
use std::{future::Future, pin::Pin};
use store::outbox::Claimed;

/// What a sender answers.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Sends messages to phones. The id in [`Claimed`] lets a provider drop duplicates.
pub trait SmsSender: Send + Sync + 'static {
    /// Sends one message. The error is the provider's, without the message's text.
    fn send<'a>(&'a self, message: &'a Claimed) -> Sending<'a>;
}

/// Only logs that a message was sent, with a masked number and without the text. In development
/// the texts can be read on a page.
pub struct LogSender;

impl SmsSender for LogSender {
    fn send<'a>(&'a self, message: &'a Claimed) -> Sending<'a> {
        Box::pin(async move {
            tracing::info!(
                id = %message.id,
                to = %message.phone.masked(),
                kind = message.notice.kind(),
                characters = text(message).chars().count(),
                "short message (no provider is set up: it stays here)"
            );
            Ok(())
        })
    }
}

/// The text of a message, in the recipient's language.
pub fn text(message: &Claimed) -> String {
    let locale = message.locale.parse::<Locale>().unwrap_or_default();
    words::sms(locale, &message.notice)
}
