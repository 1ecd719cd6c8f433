using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Layout;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.RunDetail.Overview;

/// <summary>What each task learns, and where it stands.</summary>
public sealed partial class OverviewTab : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyDictionary<string, TaskRecent> _recent = new Dictionary<string, TaskRecent>();
    private long _readAt;

    [Inject] public required TaskRecentReader Recent { get; set; }
    [Inject] public required FirstReads Reads { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required RunView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    private IReadOnlyList<TaskRow> Rows => TaskRow.Of(View.Now, View.Reference, _recent, Theme.IsDark);

    /// <summary>All tasks where they fit; else those that are pinned, else those that fare worst beside the reference.</summary>
    private IReadOnlyList<TaskInfo> Drawn => View.Now.Tasks.Count <= TaskCurves.MostPanels ? View.Now.Tasks
        : View.Now.Tasks.Where(task => View.Query.Pins.Contains(task.Name)).Take(TaskCurves.MostPanels).ToList() is { Count: > 0 } pinned ? pinned
        : [.. LossRatios.WorstFirst(View.Now, View.Reference).Take(TaskCurves.MostPanels)];

    protected override async Task OnInitializedAsync()
    {
        View.Updates.Add(TakeAsync);
        await ReadAsync();
    }

    private async Task TakeAsync(RunBatch batch)
    {
        if (batch.Change != RunChange.Lines && Clock.GetElapsedTime(_readAt) < Pace) return;
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        _readAt = Clock.GetTimestamp();
        _recent = await Reads.ReadAsync(nameof(OverviewTab), () => Recent.ReadAsync(View.Now, _gone.Token));
    }

    public void Dispose()
    {
        View.Updates.Remove(TakeAsync);
        _gone.Cancel();
        _gone.Dispose();
    }
}
