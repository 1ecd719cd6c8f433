using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;
using MudBlazor;

namespace MtlStudio.Web.Features.Compare.Curves;

/// <summary>The compared runs' curves, a panel a task, in one figure.</summary>
public sealed partial class TaskCurves : ComponentBase, IDisposable
{
    /// <summary>Panels that one figure holds; of more tasks, those that are chosen.</summary>
    public const int MostPanels = 8;

    private readonly CancellationTokenSource _gone = new();
    private PanelChart? _chart;
    private IReadOnlyList<ChartPanel> _panels = [];
    private AxisScale _axis = new(XAxis.TaskExamples, "examples of the task", 0, 1);
    private object? _drawn;
    private bool _hasReference, _read;

    [Inject] public required CompareCurveReader Curves { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required CompareView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    private CurveKind Kind => CompareCurveReader.KindOf(View);

    private IReadOnlyList<CompareTask> Drawn
    {
        get
        {
            if (View.Set.Tasks.Count <= MostPanels) return View.Set.Tasks;
            List<CompareTask> pinned = [.. View.Set.Tasks.Where(task => View.Query.Pins.Contains(task.Name)).Take(MostPanels)];
            return pinned.Count > 0 ? pinned : [.. View.Set.Tasks.Take(MostPanels)];
        }
    }

    private int Columns => View.Size switch
    {
        Breakpoint.Xs => 1,
        Breakpoint.Sm or Breakpoint.Md => Math.Min(2, Drawn.Count),
        _ => Math.Min(4, Drawn.Count <= 4 ? Drawn.Count : (Drawn.Count + 1) / 2),
    };

    private string ApiCall => $"/api/v1/compare/points?runs={string.Join(',', View.Ids)}&x={XAxes.Name(View.Query.X)}" + string.Concat(Drawn.SelectMany(Names).Select(name => $"&series={Uri.EscapeDataString(name)}"));

    private string Summary => string.Join("; ", _panels.Select(panel => $"{panel.Title}: " + string.Join(", ", panel.Series
        .Where(line => line.Style == SeriesStyle.Validation && line.Y.Count > 0).Select(line => $"{line.Name} from {Format.Number(line.Y[0])} to {Format.Number(line.Y[^1])}"))));

    private IEnumerable<string> Names(CompareTask task) => Kind switch
    {
        CurveKind.Score => [SeriesNames.TaskMetric(task.Name, task.Metric)],
        CurveKind.Training => [SeriesNames.TaskTrainLoss(task.Name)],
        CurveKind.Validation => [SeriesNames.TaskValidationLoss(task.Name)],
        _ => [SeriesNames.TaskValidationLoss(task.Name), SeriesNames.TaskTrainLoss(task.Name)],
    };

    protected override async Task OnParametersSetAsync()
    {
        var query = View.Query;
        var look = (string.Join(',', View.Lines.Select(line => $"{line.Label}={line.Place}")), View.Round, View.Reference, Kind, query.X, query.Smoothing, query.LogY, (query.Zoom, query.ZoomPanel, string.Join(',', query.Pins), Theme.IsDark));
        if (look.Equals(_drawn)) return;
        _drawn = look;
        var axis = CompareCurveReader.AxisOf(View, Clock.GetUtcNow());
        var read = await Curves.ReadAsync(new(View, Drawn, Kind, axis, CompareInk.Of(Theme.IsDark)), _gone.Token);
        if (!look.Equals(_drawn)) return; // the next is being read already
        (_axis, _panels, _hasReference, _read) = (axis, read.Panels, read.HasReference, true);
    }

    private Task ZoomAsync(PanelZoom change)
    {
        var zoom = _axis.ToStore(change.Range);
        Navigation.SetQuery(("from", QueryLinks.Short(zoom?.From)), ("to", QueryLinks.Short(zoom?.To)), ("panel", zoom is null || _axis.Axis != XAxis.TaskExamples ? null : _panels[change.Panel].Title));
        return Task.CompletedTask;
    }

    private void Toggle(string task)
    {
        List<string> now = [.. Drawn.Select(drawn => drawn.Name)];
        if (!now.Remove(task)) now = [.. now.TakeLast(MostPanels - 1), task];
        Navigation.SetQuery(("pin", now.Count == 0 ? null : now.ToArray()));
    }

    private Task SavePngAsync(string name) => _chart?.SavePngAsync(name) ?? Task.CompletedTask;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
