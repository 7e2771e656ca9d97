"""APIs of one publisher: national job services, aggregators, international bodies."""
