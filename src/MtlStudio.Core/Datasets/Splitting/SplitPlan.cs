namespace MtlStudio.Core.Datasets;

/// <summary>Which split each row goes to.</summary>
internal static class SplitPlan
{
    /// <summary>
    /// Gives validation and test their shares of the rows, rounded; within each stratum too, but for about one row a
    /// split. Which rows is a seeded shuffle's choice.
    /// </summary>
    /// <param name="strata">For each row the number of its stratum, 0-based and without gaps; one stratum: all zeros.</param>
    /// <param name="rule">Shares and seed.</param>
    /// <returns>For each row the place in <see cref="SplitNames.All"/>.</returns>
    public static byte[] Assign(IReadOnlyList<int> strata, SplitRule rule)
    {
        var members = new List<int>[strata.Count == 0 ? 0 : strata.Max() + 1];
        for (var i = 0; i < strata.Count; i++) (members[strata[i]] ??= []).Add(i);
        var validation = new Quota(strata.Count, rule.Validation * strata.Count);
        var test = new Quota(strata.Count - validation.Total, rule.Test * strata.Count);
        var splits = new byte[strata.Count];
        for (var stratum = 0; stratum < members.Length; stratum++)
        {
            var rows = members[stratum].ToArray();
            new KeyedRandom(rule.Seed, "split", stratum).Shuffle(rows.AsSpan());
            var validated = validation.Next(rows.Length);
            var tested = test.Next(rows.Length - validated);
            for (var i = 0; i < validated; i++) splits[rows[i]] = 1;
            for (var i = validated; i < validated + tested; i++) splits[rows[i]] = 2;
        }
        return splits;
    }

    /// <summary>Deals out a total over strata by rounding the running sum, so that many small strata still add up to it.</summary>
    private struct Quota(int rows, double wanted)
    {
        private long seen;
        private long given;

        public int Total { get; } = (int)Math.Min(rows, Math.Round(wanted, MidpointRounding.AwayFromZero));

        public int Next(int count)
        {
            seen += count;
            var due = rows == 0 ? 0 : (seen * Total * 2 + rows) / (2L * rows);
            var now = (int)(due - given);
            given = due;
            return now;
        }
    }
}
