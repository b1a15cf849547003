//! The field of 256 elements that QR codes calculate in (polynomial 0x11d, generator 2).

const TABLES: ([u8; 512], [u8; 256]) = tables();

const fn tables() -> ([u8; 512], [u8; 256]) {
    let mut powers = [0; 512];
    let mut logs = [0; 256];
    let mut value = 1_u16;
    let mut exponent = 0;
    while exponent < 255 {
        powers[exponent] = value as u8;
        powers[exponent + 255] = value as u8;
        logs[value as usize] = exponent as u8;
        value <<= 1;
        if value > 255 {
            value ^= 0x11d;
        }
        exponent += 1;
    }
    (powers, logs)
}

/// 2 to the power of `exponent`.
pub(crate) fn power(exponent: usize) -> u8 {
    TABLES.0[exponent % 255]
}

/// The product.
pub(crate) fn times(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    let sum = usize::from(TABLES.1[usize::from(a)]) + usize::from(TABLES.1[usize::from(b)]);
    TABLES.0[sum]
}

/// `a / b`; 0 where `b` is 0, which callers rule out.
pub(crate) fn divide(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    let sum = usize::from(TABLES.1[usize::from(a)]) + 255 - usize::from(TABLES.1[usize::from(b)]);
    TABLES.0[sum]
}

/// The polynomial's value at `x`; its lowest coefficient comes first.
pub(crate) fn evaluate(polynomial: &[u8], x: u8) -> u8 {
    polynomial
        .iter()
        .rev()
        .fold(0, |sum, &coefficient| times(sum, x) ^ coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_but_zero_has_an_inverse() {
        for a in 1..=255 {
            assert_eq!(times(a, divide(1, a)), 1);
        }
    }

    #[test]
    fn the_generator_has_order_255() {
        assert_eq!(power(255), 1);
        assert!((1..255).all(|exponent| power(exponent) != 1));
    }
}
