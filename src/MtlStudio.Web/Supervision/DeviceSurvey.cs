using System.Text.Json;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>Asks the trainer once, in the background, what this machine can train on: the studio's own process never loads libtorch.</summary>
public sealed partial class DeviceSurvey(TrainerProgram program, NodeDevices devices, SupervisionOptions options, TimeProvider clock, ILogger<DeviceSurvey> log) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>Why the last survey found nothing; null where it did, or none was made yet.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Asks now, and lets new GPUs be leased. Never throws for what the trainer does.</summary>
    public async Task LookAsync(CancellationToken cancellation = default)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await devices.FoundAsync(await AskAsync(cancellation), cancellation);
            Trouble = null;
        }
        catch (Exception fault) when (fault is TrainerStartException or JsonException or IOException or TimeoutException)
        {
            Trouble = $"The trainer could not say what this machine has: {fault.Message}";
            LogTrouble(log, fault.Message);
        }
        finally
        {
            one.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            // The first page comes first: loading libtorch takes a second of a core.
            await Task.Delay(options.SurveyDevicesAfter, clock, stoppingToken);
            await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The studio ends.
        }
    }

    private async Task<MachineDevices> AskAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            var outcome = await TrainerCall.RunAsync(program.CallFor("devices", "--json"), either.Token);
            if (outcome.Code != ExitCodes.Done) throw new IOException(outcome.Fault);
            return JsonSerializer.Deserialize<MachineDevices>(outcome.Output, WireJson.Compact) ?? throw new JsonException("it answered nothing");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw new TimeoutException($"it did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The trainer could not say what this machine has: {Reason}")]
    private static partial void LogTrouble(ILogger log, string reason);
}
