using Microsoft.AspNetCore.Components;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Layout;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.RunDetail.Curves;

/// <summary>Lines of any series of the run. Where tasks share a panel the color is the task's.</summary>
public sealed partial class SeriesChart : ComponentBase, IDisposable
{
    private static readonly TimeSpan FullEvery = TimeSpan.FromSeconds(20);
    private const int MostAdded = 1000, ChartPoints = 800, FewestPoints = 300, MostInPhoneLegend = 10;
    /// <summary>Points of all lines together, about: what a browser draws without a wait.</summary>
    private const int AllPoints = 10_000;

    private readonly CancellationTokenSource _gone = new();
    private PanelChart? _chart;
    private IReadOnlyList<ChartPanel> _panels = [];
    private AxisScale _axis = new(XAxis.Step, "step", 0, 1);
    private LiveTail? _tail;
    private (RunQuery, string, bool, XAxis)? _drawn;
    private long _readAt;
    private bool _read;

    [Inject] public required CurveReader Curves { get; set; }
    [Inject] public required FirstReads Reads { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required RunView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    [Parameter, EditorRequired] public string Title { get; set; } = "";
    [Parameter, EditorRequired] public IReadOnlyList<string> Series { get; set; } = [];
    [Parameter] public string FileName { get; set; } = "curves";
    /// <summary>What stands where there is no point yet.</summary>
    [Parameter] public string Empty { get; set; } = "No point yet.";
    [Parameter] public int Columns { get; set; } = 1;
    [Parameter] public int PanelHeight { get; set; } = 240;
    /// <summary>Lets the user choose axis, smoothing and scale; without it values are drawn as they are.</summary>
    [Parameter] public bool ShowControls { get; set; } = true;
    [Parameter] public bool ShowPanelTitles { get; set; } = true;
    /// <summary>More lines than this in a panel: so many keep their colors, those furthest from the others, and the rest are grey behind them. 0: all keep them.</summary>
    [Parameter] public int MostColored { get; set; }
    /// <summary>The x axis; null: the page's.</summary>
    [Parameter] public XAxis? X { get; set; }
    /// <summary>Draws a series in another unit, as bytes in MiB; null: as it is.</summary>
    [Parameter] public Func<string, SeriesScale?>? Scale { get; set; }
    [Parameter] public RenderFragment? Controls { get; set; }

    // On a phone the names of many lines would push the lines themselves out of sight; the list of series has the names, too.
    private bool LegendFits => !View.IsPhone || _panels.Sum(panel => panel.Series.Count(line => line.InLegend)) <= MostInPhoneLegend;

    private XAxis Axis => X ?? View.X;

    private double Smoothing => ShowControls ? View.Query.Smoothing : 0;

    private string ApiCall => $"/api/v1/runs/{View.Id}/points?x={XAxes.Name(Axis)}" + string.Concat(Series.Select(name => $"&series={Uri.EscapeDataString(name)}"));

    private string Summary => $"{Title}: " + string.Join("; ", _panels.SelectMany(panel => panel.Series.Where(line => line.Y.Count > 0)
        .Select(line => $"{panel.Title}, {line.Name}, from {Format.Number(line.Y[0])} to {Format.Number(line.Y[^1])}")));

    protected override void OnInitialized() => View.Updates.Add(TakeAsync);

    protected override async Task OnParametersSetAsync()
    {
        var look = (View.Query, string.Join('\n', Series), Theme.IsDark, Axis);
        if (_drawn == look) return;
        _drawn = look;
        await ReadAsync();
    }

    private async Task TakeAsync(RunBatch batch)
    {
        if (_tail is null || batch.Change == RunChange.Lines || _tail.Added > MostAdded || Clock.GetElapsedTime(_readAt) > FullEvery || !_tail.Follows)
        {
            if (batch.Change != RunChange.Lines && Clock.GetElapsedTime(_readAt) < TimeSpan.FromSeconds(2)) return;
            await ReadAsync();
            StateHasChanged();
        }
        else if (View.Query.Zoom is null && _chart is not null && _tail.Take(batch, View.Now) is { Count: > 0 } points)
            await _chart.ExtendAsync(points);
    }

    private async Task ReadAsync()
    {
        _readAt = Clock.GetTimestamp();
        var look = _drawn;
        var axis = AxisScale.Of(Axis, View.Now.Run, Clock.GetUtcNow());
        var chosen = Series.Where(name => View.Now.Series.Any(row => row.Name == name && row.Count > 0)).Take(PointsQuery.MostSeries).ToList();
        // Many lines hide each other's finest steps, and cost what a browser draws.
        var points = Math.Clamp(AllPoints / Math.Max(1, chosen.Count), FewestPoints, ChartPoints);
        var read = await Reads.ReadAsync($"{nameof(SeriesChart)} {Title}", () => Curves.ReadAsync(new(View.Id, chosen, axis, View.Query.Zoom, Smoothing, points, Fine: 8 * points), _gone.Token));
        if (look != _drawn) return; // what is wanted by now is read already, and may have come before this
        var tail = new LiveTail(axis, Smoothing);
        var panels = new List<ChartPanel>();
        var named = new HashSet<string>();
        foreach (var group in chosen.GroupBy(SeriesGroups.KeyOf))
        {
            var lines = new List<ChartSeries>();
            foreach (var (name, place) in group.Select((name, place) => (name, place)))
                if (read.TryGetValue(name, out var curve) && curve.X.Length > 0)
                    lines.Add(Line(curve, place, group.Key, panels.Count, tail, named));
            if (lines.Count == 0) continue;
            panels.Add(new(ShowPanelTitles ? SeriesGroups.TitleOf(group.Key) : "", Colored(lines)) { Unit = Scale?.Invoke(group.First())?.Unit ?? UnitOf([.. group.Where(read.ContainsKey)], read), LogY = ShowControls && View.Query.LogY, ClipsOutliers = ShowControls && View.Query.ClipsOutliers, Zoom = axis.ToChart(View.Query.Zoom) });
        }
        (_axis, _panels, _tail, _read) = (axis, panels, tail, true);
    }

    /// <summary>Of lines that share a panel; where a few count in another unit they are named with it.</summary>
    private string UnitOf(IReadOnlyList<string> lines, IReadOnlyDictionary<string, Curve> read)
    {
        var units = lines.Select(name => (Name: name, Unit: View.Now.UnitOf(name, read[name].Unit))).Where(one => one.Unit.Length > 0).GroupBy(one => one.Unit).OrderByDescending(group => group.Count()).ToList();
        return string.Join("; ", units.Select((group, i) => i == 0 ? group.Key : $"{string.Join(", ", group.Select(one => SeriesTask.Of(one.Name) ?? one.Name))} in {group.Key}"));
    }

    private IReadOnlyList<ChartSeries> Colored(List<ChartSeries> lines)
    {
        if (MostColored == 0 || lines.Count <= MostColored) return lines;
        var means = lines.ConvertAll(line => line.Y.Where(double.IsFinite).DefaultIfEmpty(0).Average());
        var middle = means.Order().ElementAt(means.Count / 2);
        var colored = lines.Select((line, i) => (line, Far: line.Y.Where(double.IsFinite).Select(y => Math.Abs(y - middle)).DefaultIfEmpty(0).Average())).OrderByDescending(one => one.Far).Take(MostColored).Select(one => one.line).ToHashSet();
        var grey = RunColors.Of(null, Theme.IsDark);
        return [.. lines.Where(line => !colored.Contains(line)).Select(line => line with { Color = grey, InLegend = false, Band = null }), .. lines.Where(colored.Contains)];
    }

    private ChartSeries Line(Curve curve, int place, string group, int panel, LiveTail tail, HashSet<string> inLegend)
    {
        var name = SeriesGroups.LabelOf(curve.Series, group);
        var scale = Scale?.Invoke(curve.Series);
        if (scale is null) tail.Follow(curve, panel, name);
        var band = curve.Band is { } given && scale is not null ? new ChartBand(given.X, [.. given.Low.Select(scale.Of)], [.. given.High.Select(scale.Of)]) : curve.Band;
        var task = SeriesTask.Of(curve.Series) is { } named ? View.Now.Tasks.FirstOrDefault(known => known.Name == named) : null;
        var color = task is not null ? TaskColors.Of(task.ColorIndex, Theme.IsDark)
            : curve.Series.Contains('/') && !group.StartsWith("system", StringComparison.Ordinal) && group != "loss/train" ? TaskColors.Of(place, Theme.IsDark) : Theme.Charts.Accent;
        return new(name, color, curve.X, scale is null ? curve.Y : Array.ConvertAll(curve.Y, scale.Of))
        {
            Style = curve.IsEvaluation ? SeriesStyle.Validation : SeriesStyle.Train,
            Marker = TaskColors.MarkerOf(task?.ColorIndex ?? place),
            Band = band,
            Group = name,
            InLegend = inLegend.Add(name),
        };
    }

    private Task ZoomAsync(PanelZoom change)
    {
        var zoom = _axis.ToStore(change.Range);
        Navigation.SetQuery(("from", QueryLinks.Short(zoom?.From)), ("to", QueryLinks.Short(zoom?.To)));
        return Task.CompletedTask;
    }

    private Task SavePngAsync(string name) => _chart?.SavePngAsync(name) ?? Task.CompletedTask;

    public void Dispose()
    {
        View.Updates.Remove(TakeAsync);
        _gone.Cancel();
        _gone.Dispose();
    }
}

/// <summary>Another unit for a series: (value − offset) ÷ divisor.</summary>
public sealed record SeriesScale(double Divisor, string Unit, double Offset = 0)
{
    public double Of(double value) => (value - Offset) / Divisor;
}
