using System.Text.Json.Nodes;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Peft;

/// <summary>An adapter's folder in PEFT's layout, as files.</summary>
public static class AdapterFolder
{
    /// <summary>Copies an adapter into an existing folder: the tensors as they are, while the config names the base model as others know it and not by its place on this machine.</summary>
    public static void Copy(string from, string to, string baseModel)
    {
        AtomicFile.Write(Path.Combine(to, LoraTensors.File), stream =>
        {
            using var file = File.OpenRead(Path.Combine(from, LoraTensors.File));
            file.CopyTo(stream);
        });
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(from, LoraConfigFile.File)))!.AsObject();
        config["base_model_name_or_path"] = baseModel;
        AtomicFile.WriteText(Path.Combine(to, LoraConfigFile.File), config.ToJsonString(WireJson.Indented) + "\n");
    }
}
