using System.Text.Json.Nodes;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Models;
using MtlStudio.Training.Sharing;

namespace MtlStudio.Training.Peft;

/// <summary>An adapter's folder in PEFT's layout, as files.</summary>
public static class AdapterFolder
{
    public const string ConfigFile = "adapter_config.json";

    /// <summary>Copies an adapter into an existing folder: the tensors as they are, while the config names the base model as others know it and not by its place on this machine.</summary>
    public static void Copy(string from, string to, string baseModel)
    {
        Heads.HeadFiles.Copy(from, to);
        if (TaskAdapters.IsIn(from))
        {
            TaskAdapters.Copy(from, to, baseModel);
            return;
        }
        AtomicFile.Write(Path.Combine(to, AdapterTensors.File), stream =>
        {
            using var file = File.OpenRead(Path.Combine(from, AdapterTensors.File));
            file.CopyTo(stream);
        });
        WriteConfig(to, JsonNode.Parse(File.ReadAllText(Path.Combine(from, ConfigFile)))!.AsObject(), baseModel);
    }

    /// <summary>Puts what a folder holds on the model: an adapter, or several with a list of them, and output heads.</summary>
    /// <exception cref="InvalidInputException">A fault in the folder, or it does not fit the model.</exception>
    public static IFineTuning Load(CausalLm model, string folder)
    {
        IFineTuning adapter = TaskAdapters.IsIn(folder) ? TaskAdapters.Load(model, folder) : Adapter.Load(model, folder);
        try
        {
            return Heads.HeadFiles.AreIn(folder) ? Heads.HeadedFineTuning.Load(model, adapter, folder) : adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    internal static void WriteConfig(string folder, JsonObject config, string? baseModel)
    {
        var written = new JsonObject(config.Where(field => field.Key != "base_model_name_or_path").Append(new("base_model_name_or_path", baseModel)).OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        AtomicFile.WriteText(Path.Combine(folder, ConfigFile), written.ToJsonString(WireJson.Indented) + "\n");
    }
}
