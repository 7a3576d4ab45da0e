UPDATE restrictions.restriction SET state = 'lifted', lapsed = clock_timestamp(), decision_reason = 'Nobody decided in time.' WHERE number = 'RS-2026-000034';
