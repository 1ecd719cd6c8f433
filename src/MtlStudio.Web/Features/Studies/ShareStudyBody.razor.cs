using System.Globalization;
using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.Studies;

/// <summary>A study of shares: its three runs, and what each task's share was and became.</summary>
public sealed partial class ShareStudyBody : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _gone = new();
    private Task _watch = Task.CompletedTask;
    private ShareReport? _report;
    private bool _missing;

    [Inject] public required ShareStudyReader Reader { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    [Parameter, EditorRequired] public long Id { get; set; }

    protected override async Task OnInitializedAsync()
    {
        await ReadAsync();
        if (!_missing && !_gone.IsCancellationRequested) _watch = WatchAsync();
    }

    private async Task ReadAsync()
    {
        try
        {
            _report = await Reader.ReadAsync(Id, _gone.Token);
        }
        catch (StudyNotFoundException)
        {
            _missing = true;
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Pace, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
                if (_report is { IsDone: false })
                    await InvokeAsync(async () =>
                    {
                        await ReadAsync();
                        StateHasChanged();
                    });
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private static string Percent(double? share) => share is { } known ? $"{100 * known:0.0} %" : Format.Missing;

    private static string Width(double? share) => string.Create(CultureInfo.InvariantCulture, $"{100 * (share ?? 0):0.##}%");

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _watch;
        _gone.Dispose();
    }
}
