using Microsoft.AspNetCore.Components;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;
using Plotly.Blazor;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace MtlStudio.Web.Features.Studies;

/// <summary>Δm of each policy's chosen runs as a dot with its interval, the best on top.</summary>
public sealed partial class DeltaChart : ComponentBase
{
    private readonly IList<Frames> _frames = [];
    private readonly Config _config = ChartParts.Config(modeBar: false);
    private PlotlyChart? _chart;
    private IList<ITrace> _data = [];
    private Plotly.Blazor.Layout _layout = new();
    private (ThemeState, string)? _drawn;
    private bool _stale;

    [CascadingParameter] public required ThemeState Theme { get; set; }

    /// <summary>Those with a Δm, the best first.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<PolicyLine> Lines { get; set; } = [];

    private int Height => 72 + 26 * Lines.Count;

    private string Summary => string.Join("; ", Lines.Select(line => $"{StudyWords.Title(line.Policy)}: Δm {StudyWords.DeltaM(line)}"));

    protected override void OnParametersSet()
    {
        if (_drawn == (Theme, Summary)) return;
        _drawn = (Theme, Summary);
        var palette = Theme.Charts;
        _layout = ChartParts.Layout(palette, "Δm, % (right is better)", "", logY: false, "delta-m", legend: false);
        _layout.HoverMode = Plotly.Blazor.LayoutLib.HoverModeEnum.Closest;
        _layout.YAxis[0].Type = Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Category;
        _layout.YAxis[0].AutoRange = Plotly.Blazor.LayoutLib.YAxisLib.AutoRangeEnum.Reversed;
        _layout.YAxis[0].ShowGrid = false;
        _layout.YAxis[0].DTick = 1;
        _layout.XAxis[0].RangeMode = Plotly.Blazor.LayoutLib.XAxisLib.RangeModeEnum.ToZero;
        // No change, beside which every dot is read.
        (_layout.XAxis[0].ZeroLine, _layout.XAxis[0].ZeroLineColor, _layout.XAxis[0].ZeroLineWidth) = (true, palette.Text, 1);
        _data =
        [
            Segments(palette.Faint, line => (line.DeltaM!.Low, line.DeltaM.High)),
            new Scatter
            {
                Name = "Δm", Mode = ModeFlag.Markers, ShowLegend = false,
                X = [.. Lines.Select(line => (object?)line.DeltaM!.Value)], Y = [.. Lines.Select(line => (object)StudyWords.Title(line.Policy))],
                Marker = new Marker { Symbol = Plotly.Blazor.Traces.ScatterLib.MarkerLib.SymbolEnum.Circle, Size = 10, Color = palette.Accent },
                HoverTemplate = "%{y}: %{x:+.2f} %<extra></extra>",
            },
        ];
        _stale = _chart is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_stale || _chart is null) return;
        _stale = false;
        await _chart.React();
    }

    private Scatter Segments(string color, Func<PolicyLine, (double? From, double? To)> ends) => new()
    {
        Name = "interval", Mode = ModeFlag.Lines, HoverInfo = HoverInfoFlag.Skip, ShowLegend = false, ConnectGaps = false,
        X = [.. Lines.SelectMany(line => new object?[] { ends(line).From, ends(line).To, null })],
        Y = [.. Lines.SelectMany(line => new object?[] { StudyWords.Title(line.Policy), StudyWords.Title(line.Policy), null })],
        Line = new Line { Color = color, Width = 2 },
    };
}
