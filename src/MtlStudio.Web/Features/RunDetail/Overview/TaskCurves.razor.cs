using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Layout;
using MtlStudio.Web.Theme;
using MudBlazor;

namespace MtlStudio.Web.Features.RunDetail.Overview;

/// <summary>Training and validation loss of each task beside the reference's, as small multiples in one figure.</summary>
public sealed partial class TaskCurves : ComponentBase, IDisposable
{
    /// <summary>Panels that one figure holds; of more tasks, those that are pinned.</summary>
    public const int MostPanels = 8;
    /// <summary>Between two readings of all: at least the first, and up to the second, so that pages that were opened together do not read together.</summary>
    private static readonly TimeSpan FullEvery = TimeSpan.FromSeconds(30), FullSpread = TimeSpan.FromSeconds(60);
    /// <summary>Points added to a line, about, before it is read anew, summed up.</summary>
    private const int MostAdded = 600;

    private readonly CancellationTokenSource _gone = new();
    private PanelChart? _chart;
    private IReadOnlyList<ChartPanel> _panels = [];
    private AxisScale _axis = new(XAxis.Step, "step", 0, 1);
    private LiveTail? _tail;
    private (RunQuery, Reference, string, bool)? _drawn;
    private long _readAt;
    private TimeSpan _fullEvery = FullEvery;
    private bool _hasReference, _read;

    [Inject] public required TaskCurveReader Curves { get; set; }
    [Inject] public required FirstReads Reads { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required RunView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    /// <summary>The tasks drawn, in their order.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<TaskInfo> Tasks { get; set; } = [];

    private int Columns => View.Size switch
    {
        Breakpoint.Xs => 1,
        Breakpoint.Sm or Breakpoint.Md => Math.Min(2, Tasks.Count),
        _ => Math.Min(4, Tasks.Count <= 4 ? Tasks.Count : (Tasks.Count + 1) / 2),
    };

    private string ZoomKey => $"{View.Id} {_axis.Axis} {_axis.Size}";

    private string ApiCall => $"/api/v1/runs/{View.Id}/points?x={XAxes.Name(View.ReferenceX)}"
        + string.Concat(Tasks.Select(task => $"&series={Uri.EscapeDataString(SeriesNames.TaskTrainLoss(task.Name))}&series={Uri.EscapeDataString(SeriesNames.TaskValidationLoss(task.Name))}"));

    private string Summary => string.Join("; ", Tasks.Select(task => View.Now.Scores.Curve(task.Name, EvaluationScore.Loss)).Where(curve => curve.Count > 1)
        .Select(curve => $"validation loss of {curve[0].Task} from {Format.LossShort(curve[0].Score)} to {Format.LossShort(curve[^1].Score)} by step {Format.Count(curve[^1].Step)}"));

    protected override void OnInitialized() => View.Updates.Add(TakeAsync);

    protected override async Task OnParametersSetAsync()
    {
        var look = (View.Query, View.Reference, string.Join('\n', Tasks.Select(task => task.Name)), Theme.IsDark);
        if (_drawn == look) return;
        _drawn = look;
        await ReadAsync();
    }

    private async Task TakeAsync(RunBatch batch)
    {
        if (_tail is null || batch.Change == RunChange.Lines || _tail.Added > MostAdded * Tasks.Count || Clock.GetElapsedTime(_readAt) > _fullEvery)
        {
            await ReadAsync();
            StateHasChanged();
        }
        else if (View.Query.Zoom is null && _chart is not null && _tail.Take(batch, View.Now) is { Count: > 0 } points)
            await _chart.ExtendAsync(points);
    }

    private async Task ReadAsync()
    {
        _readAt = Clock.GetTimestamp();
        _fullEvery = FullEvery + TimeSpan.FromTicks(_readAt % FullSpread.Ticks);
        var look = _drawn;
        var axis = AxisScale.Of(View.ReferenceX, View.Now.Run, Clock.GetUtcNow());
        var read = await Reads.ReadAsync(nameof(TaskCurves), () => Curves.ReadAsync(View, Tasks, axis, Theme.IsDark, _gone.Token));
        if (look != _drawn) return; // what is wanted by now is read already, and may have come before this
        (_axis, _panels, _tail, _hasReference, _read) = (axis, read.Panels, read.Tail, read.HasReference, true);
    }

    private Task ZoomAsync(PanelZoom change)
    {
        var zoom = _axis.ToStore(change.Range);
        Navigation.SetQuery(("from", QueryLinks.Short(zoom?.From)), ("to", QueryLinks.Short(zoom?.To)), ("panel", zoom is null || _axis.Axis != XAxis.TaskExamples ? null : Tasks[change.Panel].Name));
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
