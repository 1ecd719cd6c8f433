namespace MtlStudio.Store;

/// <summary>Words for what a queued run waits for.</summary>
internal static class WaitReasons
{
    /// <param name="queued">In the order of the queue.</param>
    /// <param name="off">Devices that are switched off.</param>
    public static IReadOnlyDictionary<long, string> Of(IReadOnlyList<QueuedRun> queued, IReadOnlyList<DeviceLease> leases, IReadOnlySet<(string Node, string Device)> off, IReadOnlyDictionary<long, Run> holders, DateTimeOffset now)
    {
        var reasons = new Dictionary<long, string>();
        foreach (var sameKind in queued.GroupBy(run => run.DeviceKind))
        {
            var all = leases.Where(lease => lease.Kind == sameKind.Key).ToList();
            var fitting = all.Where(lease => !off.Contains((lease.Node, lease.Device))).ToList();
            var free = fitting.Where(lease => lease.RunId is null).ToList();
            var held = fitting.Where(lease => lease.RunId is not null)
                .Select(lease => (Lease: lease, Left: holders.TryGetValue(lease.RunId!.Value, out var holder) ? TimeLeft(holder, now) : null))
                .OrderBy(pair => pair.Left ?? TimeSpan.MaxValue).ToList();
            var ahead = 0;
            foreach (var run in sameKind)
            {
                reasons[run.Id] = fitting.Count == 0 && all.Count > 0 ? $"waits for {string.Join(", ", all.Select(lease => lease.Device))}: switched off in Settings"
                    : fitting.Count == 0 ? $"waits for a {sameKind.Key} device: this studio has none"
                    : ahead < free.Count ? $"starts on {free[ahead].Device} in a moment"
                    : held.Count == 0 ? $"waits for {fitting[0].Device}, {Count(ahead)} ahead"
                    : Reason(held[(ahead - free.Count) % held.Count], ahead);
                ahead++;
            }
        }
        return reasons;
    }

    /// <summary>How long a run will go on at the pace of its attempt; null while that cannot be told.</summary>
    public static TimeSpan? TimeLeft(Run run, DateTimeOffset now)
    {
        var done = run.Step - run.AttemptStartStep;
        if (run.AttemptStartedAt is not { } since || done < 1 || run.TotalSteps < run.Step) return null;
        return (now - since) / done * (run.TotalSteps - run.Step);
    }

    private static string Reason((DeviceLease Lease, TimeSpan? Left) first, int ahead) =>
        $"waits for {first.Lease.Device}, held by run {first.Lease.RunId}"
        + (first.Left is { } left ? $", about {Words(left)}" : "")
        + (ahead > 0 ? $"; {Count(ahead)} ahead" : "");

    private static string Count(int runs) => runs == 1 ? "1 run" : $"{runs} runs";

    private static string Words(TimeSpan left) => left switch
    {
        { TotalSeconds: < 50 } => $"{Math.Max(5, 5 * Math.Round(left.TotalSeconds / 5))} s",
        { TotalMinutes: < 90 } => $"{Math.Max(1, Math.Round(left.TotalMinutes))} min",
        { TotalHours: < 36 } => $"{Math.Round(left.TotalHours)} h",
        _ => $"{Math.Round(left.TotalDays)} days",
    };
}
