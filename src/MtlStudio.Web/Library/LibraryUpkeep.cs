using MtlStudio.Web.Samples;

namespace MtlStudio.Web.Library;

/// <summary>After the start: adopts what lies in the data folder, once the samples are there; from then on ends deletions in time.</summary>
public sealed partial class LibraryUpkeep(LibraryKeeper keeper, PresetLibrary presets, SampleShelf samples, TimeProvider clock, ILogger<LibraryUpkeep> log) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var all = await presets.AllAsync(stoppingToken);
            await Guarded(async () =>
            {
                await keeper.AdoptAsync(now: true, stoppingToken);
                await samples.FillAsync(all, stoppingToken);
            });
            using var timer = new PeriodicTimer(Pace, clock);
            do await Guarded(() => keeper.PurgeAsync(stoppingToken));
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The studio ends.
        }
    }

    private async Task Guarded(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The next look tries again; a full disk must not end the studio.
            LogFailure(log, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The library could not be looked after; the next look tries again")]
    private static partial void LogFailure(ILogger log, Exception fault);
}
