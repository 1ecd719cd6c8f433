using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Hosting;

namespace MtlStudio.Web.Samples;

/// <summary>A spec that is ready to launch.</summary>
public sealed record Preset(string Name, string Description, RunSpec Spec);

/// <summary>
/// The specs of <c>samples/presets</c> in the order of their file names, with their data and models taken into the data folder once the
/// studio answers: nobody waits for samples who does not ask for them.
/// </summary>
public sealed partial class PresetLibrary(DataFolder data, FirstPage first, ILogger<PresetLibrary> log) : BackgroundService
{
    private readonly TaskCompletionSource<IReadOnlyList<Preset>> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where presets lie, beside the program.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "samples", "presets");

    /// <summary>All presets, once they are imported.</summary>
    public Task<IReadOnlyList<Preset>> AllAsync(CancellationToken cancellation = default) => _ready.Task.WaitAsync(cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await first.WaitAsync(stoppingToken);
            _ready.TrySetResult(await Task.Run(() => Import(stoppingToken), stoppingToken));
        }
        catch (OperationCanceledException)
        {
            _ready.TrySetCanceled(stoppingToken);
        }
    }

    private List<Preset> Import(CancellationToken cancellation)
    {
        var presets = new List<Preset>();
        if (!Directory.Exists(Folder)) return presets;
        foreach (var file in Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                var spec = SpecImporter.Import(RunSpecReader.ReadFile(file), Folder, data, cancellation);
                presets.Add(new(spec.Name, spec.Note ?? "", spec));
            }
            catch (Exception fault) when (fault is InvalidInputException or IOException or UnauthorizedAccessException)
            {
                // One preset that cannot be had must not take the others, or the studio, with it.
                LogLeftOut(log, Path.GetFileName(file), fault.Message);
            }
        }
        return presets;
    }

    [LoggerMessage(LogLevel.Warning, "The preset {File} is left out: {Reason}")]
    private static partial void LogLeftOut(ILogger log, string file, string reason);
}
