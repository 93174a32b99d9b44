-- Who made an invitation to the site, so that it ends when they may not invite any more; empty:
-- whoever runs the server. Of those of before nobody knows it.
ALTER TABLE link ADD COLUMN "by" text COLLATE "C";
DELETE FROM link WHERE purpose = 'site_invitation';

-- Invitations to teams whose maker may not invite any more, or not as this role.
DELETE FROM team_invitation WHERE NOT EXISTS (
    SELECT 1 FROM team_member m LEFT JOIN account a ON a.id = m.account
    WHERE m.team = team_invitation.team AND m.account = team_invitation."by"
    AND m.role IN ('owner', 'admin') AND a.closed_at IS NULL
);
