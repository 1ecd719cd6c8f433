namespace MtlStudio.Web.Features.NewRun;

/// <summary>How a form is launched.</summary>
/// <param name="Seeds">Runs that differ only in seed.</param>
/// <param name="Baselines">The single-task baselines too.</param>
public sealed record LaunchChoice(int Seeds, bool Baselines);
