using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.Runs;

/// <summary>What the page shows at one moment.</summary>
/// <param name="Rows">Null where runs are grouped, or the filter cannot be read.</param>
/// <param name="Groups">Null where they are not grouped.</param>
/// <param name="Open">The rows of the groups that are opened, by the group's place on the page.</param>
/// <param name="Fault">Why nothing is shown: a filter that cannot be read, with its place.</param>
/// <param name="Runs">How many runs there are at all.</param>
public sealed record RunsSnapshot(RunsQuery Query, RunColumnNames Names, IReadOnlyList<RunTableView> Views, RunTableView? View, Page<RunTableRow>? Rows, Page<RunGroup>? Groups,
    IReadOnlyDictionary<int, Page<RunTableRow>> Open, FilterFault? Fault, string? Refusal, int Runs)
{
    public IReadOnlyList<ColumnLook> Columns { get; } = [.. Query.Columns.Select(column => ColumnLook.Of(column, Names))];

    /// <summary>All rows that can be seen, in their order.</summary>
    public IReadOnlyList<RunTableRow> Shown => Rows?.Items ?? [.. Open.OrderBy(pair => pair.Key).SelectMany(pair => pair.Value.Items)];

    public int Total => Rows?.Total ?? Groups?.Total ?? 0;

    /// <summary>The verdict that belongs to a difference, of a row.</summary>
    public string? Verdict(RunTableRow row, RunColumn delta)
    {
        var place = Verdicts(Query).ToList().IndexOf(delta with { Kind = RunColumnKind.Verdict });
        return place >= 0 ? row.Cells[Query.Columns.Count + place].Text : null;
    }

    /// <summary>The columns that are read beside the visible ones: differences are shown with what they say.</summary>
    internal static IEnumerable<RunColumn> Verdicts(RunsQuery query) => query.Columns.Where(column => column.Kind == RunColumnKind.Delta).Select(column => column with { Kind = RunColumnKind.Verdict });
}

/// <summary>Reads the page: a few small queries, however many runs there are.</summary>
public sealed class RunsLoader(RunTableReader table, RunReader reader, RunTableViews views, TimeProvider clock)
{
    /// <summary>Rows of an opened group at first.</summary>
    public const int RowsAGroup = 50;

    /// <param name="view">The saved view that the address names; null: the default one, if there is one.</param>
    /// <param name="open">Opened groups, by their keys, with the rows each may show.</param>
    public async Task<RunsSnapshot> LoadAsync(RunsAddress address, long? view, IReadOnlyDictionary<string, int> open, CancellationToken cancellation = default)
    {
        var names = await table.NamesAsync(cancellation);
        var saved = await views.AllAsync(cancellation);
        var chosen = view is { } id ? saved.FirstOrDefault(one => one.Id == id) : saved.FirstOrDefault(one => one.IsDefault);
        var query = RunsQuery.Of(address, chosen is null ? null : RunTableViews.StateOf(chosen), names);
        var runs = (await reader.CountsAsync(cancellation)).Values.Sum();
        var empty = new RunsSnapshot(query, names, saved, chosen, null, null, new Dictionary<int, Page<RunTableRow>>(), null, null, runs);
        var filter = RunFilterParser.TryParse(query.Filter, clock.GetUtcNow(), out var fault) is { } read ? read : null;
        if (filter is not null) fault = FilterNames.Find(filter, names);
        if (fault is not null) return empty with { Fault = fault };
        var ask = new RunTableQuery { Filter = filter, Sort = query.Sort, Columns = query.Columns, Group = query.Group, Skip = (query.Page - 1) * query.Size, Take = query.Size };
        try
        {
            if (query.Group.Count == 0) return empty with { Rows = await RowsAsync(ask, query, cancellation) };
            var groups = await table.GroupsAsync(ask, cancellation);
            var opened = new Dictionary<int, Page<RunTableRow>>();
            for (var i = 0; i < groups.Items.Count; i++)
                if (open.TryGetValue(KeyOf(groups.Items[i]), out var most))
                    opened[i] = await RowsAsync(ask with { Within = groups.Items[i].Keys, Skip = 0, Take = most }, query, cancellation);
            return empty with { Groups = groups, Open = opened };
        }
        catch (InvalidInputException refused)
        {
            return empty with { Refusal = refused.Message };
        }
    }

    /// <summary>All runs that the filter finds, at most <paramref name="most"/>.</summary>
    public Task<IReadOnlyList<long>> IdsAsync(RunsQuery query, int most, IReadOnlyList<RunCell>? within = null, CancellationToken cancellation = default) => table.IdsAsync(
        new() { Filter = RunFilterParser.Parse(query.Filter, clock.GetUtcNow()), Sort = query.Sort, Group = query.Group, Within = within }, most, cancellation);

    /// <summary>A group's name for as long as the page is open.</summary>
    public static string KeyOf(RunGroup group) => string.Join('\u001f', group.Keys.Select(cell => $"{cell.Number:R}\u001e{cell.Text}"));

    // A page that lies past the end, since runs went meanwhile, becomes the last one.
    private async Task<Page<RunTableRow>> RowsAsync(RunTableQuery ask, RunsQuery query, CancellationToken cancellation)
    {
        ask = ask with { Columns = [.. query.Columns, .. RunsSnapshot.Verdicts(query)] };
        var page = await table.PageAsync(ask, cancellation);
        if (page.Items.Count > 0 || page.Total == 0 || ask.Skip == 0) return page;
        return await table.PageAsync(ask with { Skip = (page.Total - 1) / ask.Take * ask.Take }, cancellation);
    }
}
