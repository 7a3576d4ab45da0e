UPDATE ledger.state SET unsigned = clock_timestamp();
