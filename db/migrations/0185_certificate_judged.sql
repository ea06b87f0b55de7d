-- Whether a certificate leads to a trusted authority is asked of the authorities of today whenever it is shown.
ALTER TABLE bidder_certificate
  DROP COLUMN trusted;
