using MtlStudio.Store;

namespace MtlStudio.Web.Features.Runs;

/// <summary>The runs that are chosen in the table, on whatever page of it they stand.</summary>
public sealed class RunPicks(RunsLoader loader)
{
    private const int Most = 10_000;
    private readonly HashSet<long> picked = [];
    /// <summary>The runs of groups that were chosen whole, by the groups' keys.</summary>
    private readonly Dictionary<string, IReadOnlyList<long>> members = [];

    public IReadOnlySet<long> Runs => picked;

    public void Clear() => picked.Clear();

    public void Remove(IEnumerable<long> runs) => picked.ExceptWith(runs);

    /// <summary>Chooses a run, or takes it out.</summary>
    public void Toggle(long run)
    {
        if (!picked.Remove(run)) picked.Add(run);
    }

    /// <summary>Chooses all that the page shows, or takes it out.</summary>
    public async Task PickShownAsync(RunsSnapshot now, bool pick, CancellationToken cancellation)
    {
        if (now.Groups is { } groups)
            foreach (var group in groups.Items) await PickAsync(now, group, pick, cancellation);
        else if (pick) picked.UnionWith(now.Shown.Select(row => row.Id));
        else picked.ExceptWith(now.Shown.Select(row => row.Id));
    }

    /// <summary>Chooses all runs of a group, or takes them out.</summary>
    public async Task PickAsync(RunsSnapshot now, RunGroup group, bool pick, CancellationToken cancellation)
    {
        var ids = members[RunsLoader.KeyOf(group)] = await loader.IdsAsync(now.Query, Most, group.Keys, cancellation);
        if (pick) picked.UnionWith(ids);
        else picked.ExceptWith(ids);
    }

    /// <summary>Chooses every run that the filter finds.</summary>
    public async Task PickEveryAsync(RunsSnapshot now, CancellationToken cancellation) => picked.UnionWith(await loader.IdsAsync(now.Query, Most, cancellation: cancellation));

    /// <summary>The groups all of whose runs are chosen; of one that was neither chosen whole nor opened to its end that is not known.</summary>
    public HashSet<string> WholeGroups(RunsSnapshot now)
    {
        var whole = new HashSet<string>();
        for (var i = 0; picked.Count > 0 && i < now.Groups?.Items.Count; i++)
        {
            var (group, key) = (now.Groups.Items[i], RunsLoader.KeyOf(now.Groups.Items[i]));
            var ids = now.Open.TryGetValue(i, out var rows) && rows.Items.Count == rows.Total ? [.. rows.Items.Select(row => row.Id)] : members.GetValueOrDefault(key) ?? [];
            if (ids.Count >= group.Count && ids.All(picked.Contains)) whole.Add(key);
        }
        return whole;
    }
}
