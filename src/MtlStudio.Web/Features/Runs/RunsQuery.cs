using System.Globalization;
using MtlStudio.Store;

namespace MtlStudio.Web.Features.Runs;

/// <summary>What the address says of the page, as it stands there; null: nothing.</summary>
public sealed record RunsAddress(string? Filter, string? Columns, string? Sort, string? Group, string? Chart, string? X, int? Pinned, int? Page, int? Size, string? Color, string? Hide);

/// <summary>What the page shows: the address, then the view it names, then the page's own choice.</summary>
public sealed record RunsQuery
{
    /// <summary>The address' word for "no chart".</summary>
    public const string NoChart = "none";
    public const string DefaultChart = "score/unified";
    private const int MostPrimaries = 4;

    /// <summary>Rows a page may have.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [25, 50, 100, 250];

    public string Filter { get; init; } = "";
    public IReadOnlyList<RunColumn> Columns { get; init; } = [];
    public IReadOnlyList<RunSort> Sort { get; init; } = [];
    public IReadOnlyList<RunColumn> Group { get; init; } = [];
    /// <summary>The series that is drawn; null: no chart.</summary>
    public string? Chart { get; init; }
    public XAxis X { get; init; }
    /// <summary>Columns that stay at the left while the others scroll.</summary>
    public int Pinned { get; init; }
    /// <summary>From 1.</summary>
    public int Page { get; init; } = 1;
    public int Size { get; init; } = 50;
    /// <summary>Runs with a color in the chart; null: the first four.</summary>
    public IReadOnlyList<long>? Colored { get; init; }
    /// <summary>Runs left out of the chart.</summary>
    public IReadOnlyList<long> Hidden { get; init; } = [];

    public static RunsQuery Of(RunsAddress address, RunTableState? view, RunColumnNames names)
    {
        XAxis axis = default;
        foreach (var known in Enum.GetValues<XAxis>())
            if (XAxes.Name(known) == address.X && known != XAxis.TaskExamples) axis = known;
        var chart = address.Chart ?? view?.Chart ?? DefaultChart;
        var columns = address.Columns is { } listed ? RunColumn.ParseList(listed) : view?.Columns is { } saved ? Parsed(saved) : [];
        return new()
        {
            Filter = (address.Filter ?? view?.Filter ?? "").Trim(),
            Columns = columns.Count > 0 ? columns : Default(names),
            Sort = [.. (address.Sort is { } sorts ? RunColumn.SplitList(sorts) : view?.Sort ?? []).Select(RunSort.TryParse).OfType<RunSort>()],
            Group = address.Group is { } groups ? RunColumn.ParseList(groups) : Parsed(view?.Group ?? []),
            Chart = chart == NoChart ? null : chart,
            X = axis,
            Pinned = Math.Clamp(address.Pinned ?? view?.Pinned ?? 2, 0, 6),
            Page = Math.Max(1, address.Page ?? 1),
            Size = Sizes.Contains(address.Size ?? 50) ? address.Size ?? 50 : 50,
            Colored = address.Color is null ? null : Numbers(address.Color),
            Hidden = Numbers(address.Hide),
        };
    }

    /// <summary>What a saved view keeps of it.</summary>
    public RunTableState State => new()
    {
        Filter = Filter.Length > 0 ? Filter : null,
        Columns = [.. Columns.Select(column => column.ToString())],
        Sort = Sort.Count > 0 ? [.. Sort.Select(sort => sort.ToString())] : null,
        Group = Group.Count > 0 ? [.. Group.Select(column => column.ToString())] : null,
        Chart = Chart ?? NoChart,
        Pinned = Pinned,
    };

    /// <summary>The columns where none were chosen: what a run is, and the primary scores where they are few.</summary>
    public static IReadOnlyList<RunColumn> Default(RunColumnNames names)
    {
        var scores = names.Metrics.Count <= MostPrimaries ? names.Metrics.Keys : [];
        var deltas = names.Deltas.Count <= MostPrimaries ? names.Deltas.Keys : [];
        return RunColumn.ParseList(string.Join(',', ["id", "name", "state", "policy", "task", "tag", "score", .. scores.Select(task => $"metric({task})"), .. deltas.Select(task => $"delta({task})"), "created", "took"]));
    }

    private static IReadOnlyList<RunColumn> Parsed(IEnumerable<string> names) => [.. names.Select(RunColumn.TryParse).OfType<RunColumn>().Distinct()];

    private static List<long> Numbers(string? list) => [.. (list ?? "").Split(',').Select(one => long.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0).Distinct().Take(500)];
}
