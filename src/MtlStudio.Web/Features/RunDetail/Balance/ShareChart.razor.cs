using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;
using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>A dumbbell a task: the planned share as a tick (in its band of drawing noise), what it has of a measure as a dot, and how often its data was seen.</summary>
public sealed partial class ShareChart : ComponentBase
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private readonly IList<Frames> _frames = [];
    private readonly Config _config = ChartParts.Config(modeBar: false);
    private PlotlyChart? _chart;
    private IList<ITrace> _data = [];
    private Plotly.Blazor.Layout _layout = new();
    private (ThemeState, string)? _drawn;
    private long _drawnAt;
    private bool _stale;

    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    [Parameter, EditorRequired] public IReadOnlyList<TaskShare> Shares { get; set; } = [];
    [Parameter] public ShareMeasure Measure { get; set; }

    /// <summary>Letters of a task's name that the axis has room for; the whole name stands on hover and in the table.</summary>
    [Parameter] public int MostLetters { get; set; } = 40;

    private int Height => 72 + 26 * Shares.Count;

    private string Summary => string.Join("; ", Shares.Select(row => $"{row.Task.Name}: planned {Format.Share(row.Planned)}, {Format.Share(row.In(Measure))} of {ShareMeasures.Words(Measure)}, its data seen {Format.Passes(row.Passes)} times"));

    private string Look => $"{MostLetters}: {Summary}";

    /// <summary>The task with the passes over its data, as the axis names it.</summary>
    private string Label(TaskShare row)
    {
        var name = row.Task.Name.Length <= MostLetters ? row.Task.Name : $"{row.Task.Name[..(MostLetters - 1)]}…";
        return row.Passes is { } passes ? $"{name}  {Format.Passes(passes)}×" : name;
    }

    protected override void OnParametersSet()
    {
        // Shares move slowly: two looks a second would redraw the same picture.
        if (_drawn is { } drawn && drawn.Item1 == Theme && (drawn.Item2 == Look || Clock.GetElapsedTime(_drawnAt) < Pace)) return;
        (_drawn, _drawnAt) = ((Theme, Look), Clock.GetTimestamp());
        var palette = Theme.Charts;
        _layout = ChartParts.Layout(palette, "share, %", "", logY: false, "shares", legend: false);
        _layout.HoverMode = HoverModeEnum.Closest;
        // By place, half a row of room above the first and below the last: an axis of names leaves the more room the more names there are.
        var names = _layout.YAxis[0];
        (names.TickMode, names.TickVals, names.TickText) = (Plotly.Blazor.LayoutLib.YAxisLib.TickModeEnum.Array, [.. Places], [.. Shares.Select(Label)]);
        (names.Range, names.AutoRange) = ([Shares.Count - 0.4, -0.6], Plotly.Blazor.LayoutLib.YAxisLib.AutoRangeEnum.False);
        (names.ShowGrid, names.ZeroLine, names.FixedRange) = (false, false, true);
        _layout.XAxis[0].RangeMode = Plotly.Blazor.LayoutLib.XAxisLib.RangeModeEnum.ToZero;
        _data =
        [
            .. Measure == ShareMeasure.Examples ? [Band(palette)] : Array.Empty<ITrace>(),
            Link(palette),
            Marks("planned, of examples", row => row.Planned, Plotly.Blazor.Traces.ScatterLib.MarkerLib.SymbolEnum.LineNSOpen, 16, _ => palette.Text),
            Marks($"of {ShareMeasures.Words(Measure)}", row => row.In(Measure), Plotly.Blazor.Traces.ScatterLib.MarkerLib.SymbolEnum.Circle, 11, row => TaskColors.Of(row.Task.ColorIndex, Theme.IsDark)),
        ];
        _stale = _chart is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_stale || _chart is null) return;
        _stale = false;
        await _chart.React();
    }

    private IEnumerable<object> Places => Enumerable.Range(0, Shares.Count).Cast<object>();

    private Scatter Marks(string name, Func<TaskShare, double?> share, Plotly.Blazor.Traces.ScatterLib.MarkerLib.SymbolEnum symbol, int size, Func<TaskShare, string> color) => new()
    {
        Name = name,
        Mode = ModeFlag.Markers,
        X = [.. Shares.Select(row => (object?)(100 * share(row)))],
        Y = [.. Places],
        TextArray = [.. Shares.Select(row => row.Task.Name)],
        Marker = new Marker
        {
            Symbol = symbol, Size = size, ColorArray = [.. Shares.Select(row => (object)color(row))],
            Line = new Plotly.Blazor.Traces.ScatterLib.MarkerLib.Line { Width = 2 },
        },
        HoverTemplate = $"%{{text}}: %{{x:.1f}} % {name}<extra></extra>",
    };

    /// <summary>From the planned share to what the task has.</summary>
    private Scatter Link(ChartPalette palette) => Segments("link", palette.Faint, 2, row => (row.Planned, row.In(Measure)));

    /// <summary>Two standard deviations of drawing at random about the plan.</summary>
    private Scatter Band(ChartPalette palette) =>
        Segments("noise", palette.Grid, 12, row => (row.Planned - row.Noise, row.Planned + row.Noise));

    private Scatter Segments(string name, string color, int width, Func<TaskShare, (double? From, double? To)> ends) => new()
    {
        Name = name,
        Mode = ModeFlag.Lines,
        X = [.. Shares.SelectMany(row => new object?[] { 100 * ends(row).From, 100 * ends(row).To, null })],
        Y = [.. Places.SelectMany(place => new object?[] { place, place, null })],
        Line = new Line { Color = color, Width = width },
        HoverInfo = HoverInfoFlag.Skip,
        ShowLegend = false,
        ConnectGaps = false,
    };
}
