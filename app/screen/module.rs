//! The islands of a kiosk's screens as a module for a browser.

use screen as _;
