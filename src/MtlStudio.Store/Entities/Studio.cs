namespace MtlStudio.Store;

/// <summary>One slot of a node that trains one run at a time.</summary>
public sealed class DeviceLease
{
    /// <summary>The machine's name.</summary>
    public string Node { get; set; } = "";
    /// <summary>As "cpu:0" or "cuda:1".</summary>
    public string Device { get; set; } = "";
    /// <summary>"cpu" or "cuda": what a spec asks for.</summary>
    public string Kind { get; set; } = "";
    /// <summary>The run that holds it, or null.</summary>
    public long? RunId { get; set; }
    public DateTimeOffset? Since { get; set; }
}

/// <summary>An imported dataset version; immutable, named by its content hash.</summary>
public sealed class Dataset
{
    public long Id { get; set; }
    /// <summary>"sha256:…".</summary>
    public string Hash { get; set; } = "";
    public string Name { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>A JSON array of the columns' names.</summary>
    public string ColumnsJson { get; set; } = "[]";
    public long TrainExamples { get; set; }
    public long ValidationExamples { get; set; }
    public long TestExamples { get; set; }
    public long Bytes { get; set; }
    /// <summary>Where it came from: file names, a URL, a licence.</summary>
    public string? Source { get; set; }
    public bool Archived { get; set; }
}

/// <summary>A model folder (Hugging Face layout) under the data folder, named by its content hash.</summary>
public sealed class StoredModel
{
    public long Id { get; set; }
    /// <summary>"sha256:…".</summary>
    public string Hash { get; set; } = "";
    public string Name { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>As config.json says it: "LlamaForCausalLM".</summary>
    public string Architecture { get; set; } = "";
    public long Parameters { get; set; }
    public int VocabularySize { get; set; }
    /// <summary>Tokens it can attend to.</summary>
    public int ContextLength { get; set; }
    public long Bytes { get; set; }
    public string? Source { get; set; }
    public bool Archived { get; set; }
}

/// <summary>One setting of the studio; the value is JSON.</summary>
public sealed class Setting
{
    public string Key { get; set; } = "";
    public string ValueJson { get; set; } = "";
}

/// <summary>Metric rows of a deleted run that still lie there; they go in small transactions, so that no writer waits long.</summary>
public sealed class Purge
{
    public long Id { get; set; }
    public long RunId { get; set; }
    /// <summary>The series whose points go, or null for the run's ticks.</summary>
    public long? SeriesId { get; set; }
}
