using Microsoft.AspNetCore.Components;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.RunDetail.Overview;

public sealed partial class OverviewTab : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyDictionary<string, TaskRecent> _recent = new Dictionary<string, TaskRecent>();
    private long _readAt;

    [Inject] public required TaskRecentReader Recent { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required RunView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    protected override async Task OnInitializedAsync()
    {
        View.Updates.Add(TakeAsync);
        await ReadAsync();
    }

    private async Task TakeAsync(RunBatch batch)
    {
        if (!batch.Reload && Clock.GetElapsedTime(_readAt) < Pace) return;
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        _readAt = Clock.GetTimestamp();
        _recent = await Recent.ReadAsync(View.Now, _gone.Token);
    }

    public void Dispose()
    {
        View.Updates.Remove(TakeAsync);
        _gone.Cancel();
        _gone.Dispose();
    }
}
