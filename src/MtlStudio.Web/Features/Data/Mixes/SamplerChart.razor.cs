using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Library;
using MtlStudio.Web.Theme;
using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.BarLib;

namespace MtlStudio.Web.Features.Data.Mixes;

/// <summary>Share per task under each sampler; the mix's own sampler is told by its name.</summary>
public sealed partial class SamplerChart : ComponentBase
{
    /// <summary>The narrowest part that a number fits into, in percent.</summary>
    private const double Readable = 4;

    private readonly IList<Frames> _frames = [];
    private readonly Config _config = ChartParts.Config(modeBar: false);
    private PlotlyChart? _chart;
    private IList<ITrace> _data = [];
    private Plotly.Blazor.Layout _layout = new();
    private (MixPlan, string, ThemeState)? _drawn;
    private bool _stale;

    [CascadingParameter] public required ThemeState Theme { get; set; }

    [Parameter, EditorRequired] public required MixPlan Plan { get; set; }
    /// <summary>The sampler that the table tells of.</summary>
    [Parameter] public string Shown { get; set; } = "";

    private IReadOnlyList<SamplerOutlook> Usable => [.. Plan.Samplers.Where(sampler => sampler.Tasks.Count > 0)];

    /// <summary>From more tasks on the table below is the legend: it has the swatches, too.</summary>
    private const int MostInLegend = 12;

    private int Tasks => Usable.Count > 0 ? Usable[0].Tasks.Count : 0;

    private int Height => 72 + 36 * Usable.Count + (Tasks > MostInLegend ? 0 : 20 * (1 + Tasks / 6));

    private string Summary => string.Join("; ", Usable.Select(sampler => $"{sampler.Title}: {string.Join(", ", sampler.Tasks.Select(task => $"{task.Task} {Format.Share(task.Share)}"))}"));

    protected override void OnParametersSet()
    {
        if (_drawn == (Plan, Shown, Theme)) return;
        _drawn = (Plan, Shown, Theme);
        var palette = Theme.Charts;
        _layout = ChartParts.Layout(palette, "share of examples, %", "", logY: false, "shares", legend: Tasks <= MostInLegend);
        _layout.BarMode = BarModeEnum.Stack;
        _layout.HoverMode = HoverModeEnum.Closest;
        _layout.Margin.T = 8;
        if (Tasks <= MostInLegend) _layout.Legend[0].TraceOrder = Plotly.Blazor.LayoutLib.LegendLib.TraceOrderFlag.Normal;
        _layout.YAxis[0].Type = Plotly.Blazor.LayoutLib.YAxisLib.TypeEnum.Category;
        _layout.YAxis[0].AutoRange = Plotly.Blazor.LayoutLib.YAxisLib.AutoRangeEnum.Reversed;
        _layout.YAxis[0].ShowGrid = false;
        _layout.XAxis[0].Range = [0, 100];
        var samplers = Usable;
        _data = samplers.Count == 0 ? [] : [.. samplers[0].Tasks.Select((task, k) => (ITrace)Part(samplers, task.Task, k))];
        _stale = _chart is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_stale || _chart is null) return;
        _stale = false;
        await _chart.React();
    }

    private Bar Part(IReadOnlyList<SamplerOutlook> samplers, string task, int k) => new()
    {
        Name = task,
        Orientation = OrientationEnum.H,
        X = [.. samplers.Select(sampler => (object?)(100 * sampler.Tasks[k].Share))],
        Y = [.. samplers.Select(sampler => (object?)(sampler.Sampler == Plan.Sampler ? $"<b>{sampler.Title} ●</b>" : sampler.Title))],
        TextArray = [.. samplers.Select(sampler => 100 * sampler.Tasks[k].Share >= Readable ? Format.Share(sampler.Tasks[k].Share) : "")],
        TextPosition = TextPositionEnum.Inside,
        InsideTextAnchor = InsideTextAnchorEnum.Middle,
        TextAngle = 0,
        // By day the tasks' colors are dark, by night light.
        InsideTextFont = new InsideTextFont { Color = Theme.IsDark ? "#16181C" : "#FFFFFF" },
        Marker = new Marker { Color = TaskColors.Of(k, Theme.IsDark), Line = new Plotly.Blazor.Traces.BarLib.MarkerLib.Line { Width = 1, Color = Theme.Charts.Surface } },
        HoverTemplate = $"{task}: %{{x:.1f}} %<extra></extra>",
    };
}
