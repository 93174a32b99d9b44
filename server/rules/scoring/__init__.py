"""From official stat ids to fantasy points: stat ids, what they count towards, league rules as
data, points with their parts. Pure."""
