using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Samples;

namespace MtlStudio.Web.Features.Studies;

/// <summary>What the address of a study's form asks it to begin from; the first that is there counts, else the first preset.</summary>
/// <param name="Study">A study whose description is copied.</param>
/// <param name="Run">A run whose spec is shared.</param>
/// <param name="Preset">A preset's name.</param>
public sealed record StudyWish(long? Study, long? Run, string? Preset);

/// <summary>What a study's form begins from.</summary>
/// <param name="Spec">What the study's runs share; null while the sample workspace is being made.</param>
/// <param name="From">Its source in words, as "Run 12, four tasks".</param>
/// <param name="Preset">The preset's name where it is one.</param>
/// <param name="Like">The study that is copied, else null.</param>
public sealed record StudyStart(RunSpec? Spec, string From, string? Preset, Study? Like, IReadOnlyList<Preset> Presets);

/// <summary>Finds what a study's form begins from.</summary>
public sealed class StudyStarts(PresetLibrary library, RunStore runs, StudyStore studies)
{
    /// <param name="ofShares">The kind of study that may be copied: of shares, or of policies.</param>
    public async Task<StudyStart> FindAsync(StudyWish wish, bool ofShares)
    {
        var presets = await library.AllAsync();
        if (wish.Study is { } id && await StudyAsync(id) is { } like && like.IsOfShares == ofShares)
            return new(ofShares ? like.ReadShares().Spec : like.Read().Spec, $"Study {id}, {like.Name}", null, like, presets);
        if (wish.Run is { } run && await runs.FindOrNullAsync(run) is { } row)
            return new(row.ReadSpec() with { Baseline = null }, $"Run {run}, {row.Name}", null, null, presets);
        return (presets.FirstOrDefault(preset => preset.Name == wish.Preset) ?? (presets.Count > 0 ? presets[0] : null)) is { } preset
            ? new(preset.Spec, $"Preset {preset.Name}", preset.Name, null, presets)
            : new(null, "", null, null, presets);
    }

    private async Task<Study?> StudyAsync(long id)
    {
        try
        {
            return await studies.GetAsync(id);
        }
        catch (StudyNotFoundException)
        {
            return null;
        }
    }
}
