using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Api.Runs;

/// <summary>What may be changed of a run that stands; null leaves a value as it is.</summary>
public sealed record RunEdit
{
    public string? Name { get; init; }
    public string? Note { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
    public bool? Archived { get; init; }
    /// <summary>The higher is started first.</summary>
    public int? Priority { get; init; }

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    internal void Check()
    {
        var errors = new List<FieldError>();
        if (Name is { Length: > 200 }) errors.Add(new("name", $"Name has at most 200 characters (you gave {Name.Length})"));
        if (Note is { Length: > 20_000 }) errors.Add(new("note", $"Note has at most 20,000 characters (you gave {Note.Length:#,0})"));
        if (Tags is { Count: > 50 }) errors.Add(new("tags", $"A run has at most 50 tags (you gave {Tags.Count})"));
        for (var i = 0; i < Tags?.Count; i++)
            if (string.IsNullOrWhiteSpace(Tags[i])) errors.Add(new($"tags[{i}]", "A tag must not be empty"));
        if (Priority is < -1000 or > 1000) errors.Add(new("priority", $"Priority must be -1000 to 1000 (you gave {Priority})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    internal void Apply(Run run)
    {
        run.Name = Name ?? run.Name;
        run.Note = Note ?? run.Note;
        run.Archived = Archived ?? run.Archived;
        if (Tags is null) return;
        run.Tags.RemoveAll(tag => !Tags.Contains(tag.Tag));
        run.Tags.AddRange(Tags.Distinct().Where(tag => run.Tags.All(old => old.Tag != tag)).Select(tag => new RunTag { RunId = run.Id, Tag = tag }));
    }
}
