using Microsoft.AspNetCore.WebUtilities;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Library;
using MtlStudio.Web.Samples;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>What a form begins from.</summary>
/// <param name="Label">As the page calls it: "four tasks", "run 12".</param>
/// <param name="Parent">What differences are held against.</param>
/// <param name="Name">What the new run is called.</param>
/// <param name="Changes">Changes to the parent that the address asks for.</param>
/// <param name="Fault">Why it is not what the address asked for; null where it is.</param>
public sealed record FormStart(string Label, RunSpec Parent, string Name, IReadOnlyList<FieldChange> Changes, string? Fault = null)
{
    /// <summary>What the form's address may say: a preset, a run or a mix to begin from, and changes to it.</summary>
    public sealed record Wish(string? Preset, long? From, string? Mix, IReadOnlyList<string> Set)
    {
        /// <summary>The address that opens the same form.</summary>
        public string Address
        {
            get
            {
                var query = new List<KeyValuePair<string, string?>>();
                if (Preset is not null) query.Add(new("preset", Preset));
                if (From is { } run) query.Add(new("from", run.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                if (Mix is not null) query.Add(new("mix", Mix));
                query.AddRange(Set.Select(change => new KeyValuePair<string, string?>("set", change)));
                return QueryHelpers.AddQueryString("/new", query);
            }
        }
    }
}

/// <summary>Finds what a form begins from.</summary>
public sealed class FormStarts(PresetLibrary presets, RunStore store, MixLibrary mixes)
{
    /// <summary>Begins from an empty spec.</summary>
    public const string Nothing = "nothing";

    public Task<IReadOnlyList<Preset>> PresetsAsync() => presets.AllAsync();

    public async Task<FormStart> FindAsync(FormStart.Wish wish, FormLibrary library)
    {
        var changes = wish.Set.Select(FieldChange.Parse).OfType<FieldChange>().ToList();
        var known = await presets.AllAsync();
        var standard = known.Count > 0 ? known[0] : null;
        if (wish.From is { } run)
        {
            if (await store.FindOrNullAsync(run) is { } row)
            {
                // The form makes joint runs; the baselines of one are made with it.
                var spec = row.ReadSpec() with { Baseline = null };
                return new($"run {run}", spec, NameOf(spec.Name, changes), changes);
            }
            return Standard(standard, library, changes, $"There is no run {run} (any more).");
        }
        if (wish.Mix is { } mix) return await OfMixAsync(mix, changes) ?? Standard(standard, library, changes, $"There is no mix {mix} (any more).");
        if (wish.Preset == Nothing) return Empty(library, changes);
        if (wish.Preset is null) return Standard(standard, library, changes, null);
        return known.FirstOrDefault(preset => preset.Name == wish.Preset) is { } found
            ? new(found.Name, found.Spec, found.Name, changes)
            : Standard(standard, library, changes, $"There is no preset \"{wish.Preset}\".");
    }

    private async Task<FormStart?> OfMixAsync(string mix, IReadOnlyList<FieldChange> changes)
    {
        try
        {
            return long.TryParse(mix, out var id) && await mixes.ToSpecAsync(id) is { } spec ? new($"mix {spec.Name}", spec, spec.Name, changes) : null;
        }
        catch (LibraryNotFoundException)
        {
            return null;
        }
    }

    private static FormStart Standard(Preset? standard, FormLibrary library, IReadOnlyList<FieldChange> changes, string? fault) =>
        (standard is null ? Empty(library, changes) : new(standard.Name, standard.Spec, standard.Name, changes)) with { Fault = fault };

    private static FormStart Empty(FormLibrary library, IReadOnlyList<FieldChange> changes) =>
        new(Nothing, new RunSpec { Name = "my run", Model = new() { Path = library.Models.Count > 0 ? library.Models[0].Reference : "" } }, "my run", changes);

    private static string NameOf(string name, IReadOnlyList<FieldChange> changes) =>
        changes.Count == 0 ? $"{name} (copy)" : $"{name} · {string.Join(", ", changes.Select(change => change.Value?.ToString() ?? $"default {change.Path}"))}";
}
