-- Why a center is closed until further notice, and where to go instead: what residents read.
ALTER TABLE center ADD COLUMN closed_note TEXT NOT NULL DEFAULT '';
