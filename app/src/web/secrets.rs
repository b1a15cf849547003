//! What must not be guessed: passwords, second factors, random secrets. The clock comes in as an
//! argument; randomness comes from the operating system, here and nowhere else.

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHasher, Version, password_hash::phc::PasswordHash,
};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};
use store::{Error, Ids};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

/// Why a password cannot be taken or checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// Fewer than [`MIN_PASSWORD`] characters.
    TooShort,
    /// More than [`MAX_PASSWORD`] bytes.
    TooLong,
    /// The hash could not be computed.
    Failed,
}

impl std::fmt::Display for PasswordError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooShort => write!(f, "a password has at least {MIN_PASSWORD} characters"),
            Self::TooLong => write!(f, "a password has at most {MAX_PASSWORD} bytes"),
            Self::Failed => f.write_str("the password could not be hashed"),
        }
    }
}

impl std::error::Error for PasswordError {}

/// Fewest characters of a new password.
pub const MIN_PASSWORD: usize = 10;
/// Most bytes of a password: longer ones only cost time.
pub const MAX_PASSWORD: usize = 256;

/// A password that can be read out loud: 80 random bits in groups of four characters.
pub fn random_password(ids: &Ids) -> String {
    let text = BASE32_NOPAD
        .encode(&ids.random::<10>())
        .to_ascii_lowercase();
    let groups: Vec<&str> = (0..text.len())
        .step_by(4)
        .map(|at| &text[at..at + 4])
        .collect();
    groups.join("-")
}

/// How many passwords are hashed at once: strangers order this work, and each takes 19 MiB (C-190).
const AT_ONCE: usize = 4;

/// How many may wait for their turn; whoever comes then is told to come again.
const WAITING: usize = 32;

/// Lets few at a time hash passwords. Their memory is kept, so that it is asked for once.
#[derive(Clone)]
pub struct Hashers {
    gate: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    buffers: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Default for Hashers {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            gate: Arc::new(Semaphore::new(cores.clamp(1, AT_ONCE))),
            waiting: Arc::default(),
            buffers: Arc::default(),
        }
    }
}

/// One of those who wait, until dropped.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Hashers {
    /// Whether the password fits the hash, in turn; see [`verify_password`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] where too many wait already.
    pub async fn fits(&self, password: String, stored: Option<String>) -> store::Result<bool> {
        let full = || Error::Unavailable("too many passwords wait to be checked".to_owned());
        let before = self.waiting.fetch_add(1, Ordering::AcqRel);
        let place = Place(self.waiting.clone());
        if before >= WAITING {
            return Err(full());
        }
        let permit = self
            .gate
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| full())?;
        drop(place);
        let buffers = self.buffers.clone();
        let check = move || {
            let lock = || buffers.lock().unwrap_or_else(PoisonError::into_inner);
            let mut memory = lock().pop().unwrap_or_default();
            let fits = verify_in(&mut memory, &password, stored.as_deref());
            lock().push(memory);
            // Held until here, so that no more than as many buffers are ever made.
            drop(permit);
            fits
        };
        let checked = tokio::task::spawn_blocking(check).await;
        Ok(checked.unwrap_or(false))
    }
}

/// Argon2id with 19 MiB, two passes, one lane: OWASP's first choice for small memory.
fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|_| PasswordError::Failed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a new password to a PHC string. Takes tens of milliseconds and 19 MiB: run it in
/// `spawn_blocking`.
///
/// # Errors
/// [`PasswordError`].
pub fn hash_password(password: &str, ids: &Ids) -> Result<String, PasswordError> {
    if password.chars().count() < MIN_PASSWORD {
        return Err(PasswordError::TooShort);
    }
    if password.len() > MAX_PASSWORD {
        return Err(PasswordError::TooLong);
    }
    let salt: [u8; 16] = ids.random();
    let hash = argon2()?
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| PasswordError::Failed)?;
    Ok(hash.to_string())
}

/// Whether the password fits the PHC string. Without one (an unknown user name) the same work is
/// done and the answer is no, so that time does not tell who exists. Run it in `spawn_blocking`.
pub fn verify_password(password: &str, stored: Option<&str>) -> bool {
    verify_in(&mut Vec::new(), password, stored)
}

/// What a stored hash asks: how it was made, its salt, and what came out.
fn parts(phc: &str) -> Option<(Argon2<'static>, Vec<u8>, Vec<u8>)> {
    let hash = PasswordHash::new(phc).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let version = match hash.version {
        Some(version) => Version::try_from(version).ok()?,
        None => Version::default(),
    };
    let params = Params::try_from(&hash).ok()?;
    let salt = hash.salt?.as_ref().to_vec();
    let out = hash.hash?.as_bytes().to_vec();
    Some((Argon2::new(algorithm, version, params), salt, out))
}

/// The same in memory that is used again.
fn verify_in(memory: &mut Vec<Block>, password: &str, stored: Option<&str>) -> bool {
    let Ok(plain) = argon2() else { return false };
    if password.len() > MAX_PASSWORD {
        return false;
    }
    let known = stored.and_then(parts);
    let is_known = known.is_some();
    let (argon2, salt, wanted) = known.unwrap_or_else(|| (plain, vec![0; 16], vec![0; 32]));
    memory.resize(argon2.params().block_count(), Block::default());
    let mut found = vec![0; wanted.len()];
    let password = password.as_bytes();
    let hashed =
        argon2.hash_password_into_with_memory(password, &salt, &mut found, &mut memory[..]);
    let fits = hashed.is_ok() && bool::from(found.ct_eq(&wanted));
    is_known && fits
}

/// Length of a time step of the second factor, in seconds (RFC 6238).
const STEP_SECONDS: i64 = 30;

/// The time step of the second factor in which an instant (UTC milliseconds) lies.
const fn totp_step(now_millis: i64) -> i64 {
    now_millis.div_euclid(1000 * STEP_SECONDS)
}

/// The six digits of that step (RFC 4226, dynamic truncation).
fn totp_code(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 0x0f);
    let four: [u8; 4] = hash.get(offset..offset + 4)?.try_into().ok()?;
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    Some(format!("{:06}", number % 1_000_000))
}

/// The step whose code this is: now's, the one before or the one after, because clocks differ.
/// The store takes each step once (`staff::finish_sign_in`). `secret` is base32.
pub fn verify_totp(secret: &str, code: &str, now_millis: i64) -> Option<i64> {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let code = domain::text::code(code);
    let now = totp_step(now_millis);
    // All three are compared, so that time does not tell which one it was.
    let mut found = None;
    for step in [now - 1, now, now + 1] {
        let right = totp_code(&secret, step)?;
        if bool::from(right.as_bytes().ct_eq(code.as_bytes())) {
            found = Some(step);
        }
    }
    found
}

/// A new secret for the second factor: 160 bits, base32 as authenticator apps read it.
pub fn new_totp_secret(ids: &Ids) -> String {
    BASE32_NOPAD.encode(&ids.random::<20>())
}

/// What an authenticator app's QR code says.
pub fn totp_uri(issuer: &str, username: &str, secret: &str) -> String {
    let escape = |text: &str| {
        text.bytes().fold(String::new(), |mut escaped, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                escaped.push(char::from(byte));
            } else {
                escaped += &format!("%{byte:02X}");
            }
            escaped
        })
    };
    let (issuer, username) = (escape(issuer), escape(username));
    format!("otpauth://totp/{issuer}:{username}?secret={secret}&issuer={issuer}")
}

/// Ids and random bytes from the operating system's generator.
///
/// # Panics
/// Where the operating system has no randomness to give: nothing may go on with guessable
/// secrets.
pub fn ids() -> Ids {
    Ids::new(|bytes| {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gives no random bytes: {error}");
        }
    })
}

/// A new secret for a cookie: 256 random bits as URL-safe text.
pub fn new_login_secret(ids: &Ids) -> String {
    BASE64URL_NOPAD.encode(&ids.random::<32>())
}

/// A new access token: the store's prefix and 256 random bits.
pub fn new_token_secret(ids: &Ids) -> String {
    format!("{}{}", store::tokens::PREFIX, new_login_secret(ids))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the test vectors in RFC 6238, appendix B.
    const RFC: &[u8] = b"12345678901234567890";

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn c190_however_many_try_few_passwords_are_hashed_at_a_time() {
        let ids = Ids::repeatable(7);
        let hash = hash_password("correct horse", &ids).unwrap();
        let hashers = Hashers::default();
        let tries: Vec<_> = (0..200)
            .map(|n| {
                let (hashers, hash) = (hashers.clone(), hash.clone());
                let stored = (n % 2 == 0).then_some(hash);
                tokio::spawn(async move { hashers.fits("a wrong one".into(), stored).await })
            })
            .collect();
        let mut turned_away = 0;
        for tried in tries {
            match tried.await.unwrap() {
                Ok(fits) => assert!(!fits),
                Err(error) => {
                    assert!(matches!(error, Error::Unavailable(_)));
                    turned_away += 1;
                }
            }
        }
        assert!(turned_away > 0, "nobody was told to come again");
        let kept: usize = hashers.buffers.lock().unwrap().iter().map(Vec::len).sum();
        assert!(
            kept * Block::SIZE <= AT_ONCE * 19 * 1024 * 1024,
            "{kept} blocks"
        );
        let right = hashers
            .fits("correct horse".into(), Some(hash.clone()))
            .await;
        assert!(right.unwrap());
        assert!(verify_password("correct horse", Some(&hash)));
        assert!(!verify_password("correct horsf", Some(&hash)));
    }

    #[test]
    fn the_vectors_of_rfc_6238() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = totp_step(seconds * 1000);
            assert_eq!(totp_code(RFC, step).unwrap(), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_and_late_and_tells_its_step() {
        let secret = BASE32_NOPAD.encode(RFC);
        let now = 1_111_111_111_000;
        let step = totp_step(now);
        for near in [step - 1, step, step + 1] {
            let code = totp_code(RFC, near).unwrap();
            assert_eq!(verify_totp(&secret, &code, now), Some(near));
        }
        for far in [step - 2, step + 2] {
            let code = totp_code(RFC, far).unwrap();
            assert_eq!(verify_totp(&secret, &code, now), None);
        }
        assert_eq!(verify_totp(&secret, "050 471", now), Some(step));
        assert_eq!(verify_totp(&secret, "", now), None);
        assert_eq!(verify_totp("not base32!", "050471", now), None);
    }

    #[test]
    fn a_password_is_hashed_with_argon2id_as_owasp_advises() {
        let ids = Ids::repeatable(1);
        let hash = hash_password("正确的马电池订书针一二", &ids).unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(verify_password("正确的马电池订书针一二", Some(&hash)));
        assert!(!verify_password("正确的马电池订书针一三", Some(&hash)));
        assert!(!verify_password("正确的马电池订书针一二", None));
        assert!(!verify_password("正确的马电池订书针一二", Some("nonsense")));
        let again = hash_password("正确的马电池订书针一二", &ids).unwrap();
        assert_ne!(hash, again, "each has its own salt");
    }

    #[test]
    fn passwords_have_a_sensible_length() {
        let ids = Ids::repeatable(1);
        assert_eq!(
            hash_password("123456789", &ids),
            Err(PasswordError::TooShort)
        );
        let long = "x".repeat(257);
        assert_eq!(hash_password(&long, &ids), Err(PasswordError::TooLong));
    }

    #[test]
    fn secrets_are_long_and_differ() {
        let ids = ids();
        let (a, b) = (new_token_secret(&ids), new_token_secret(&ids));
        assert_ne!(a, b);
        assert!(a.starts_with("lnl_") && a.len() == 4 + 43, "{a}");
        assert_eq!(new_login_secret(&ids).len(), 43);
        let totp = new_totp_secret(&ids);
        assert_eq!(totp.len(), 32);
        assert!(verify_totp(&totp, "", 0).is_none());
    }

    #[test]
    fn the_uri_escapes_what_it_holds() {
        assert_eq!(
            totp_uri("邻里站", "li.wei@a", "ABC"),
            "otpauth://totp/%E9%82%BB%E9%87%8C%E7%AB%99:li.wei%40a?secret=ABC&issuer=%E9%82%BB%E9%87%8C%E7%AB%99"
        );
    }
}
