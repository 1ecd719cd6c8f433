using System.Text.Json.Nodes;
using MtlStudio.Core.Exports;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Commands;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Heads;
using MtlStudio.Training.Models;
using MtlStudio.Training.Peft;
using MtlStudio.Training.Quantization;

namespace MtlStudio.Trainer.Exports;

/// <summary>Writes a checkpoint as others load it: a PEFT adapter, or a whole model in Hugging Face layout.</summary>
internal static class CheckpointExport
{
    private const string GenerationFile = "generation_config.json";

    /// <summary>Writes the folder, whole or not at all.</summary>
    /// <param name="checkpoint">What a run's checkpoint keeps: an adapter's folder or a model's.</param>
    /// <param name="baseModel">The base model's folder.</param>
    /// <param name="baseName">What an adapter's config calls the base model.</param>
    /// <param name="card">The model card.</param>
    /// <param name="quantize">How the run kept the frozen weights: a merged model is what it computed with.</param>
    /// <param name="task">Whose part of the adapter is merged, where it has such parts.</param>
    /// <param name="final">Where to; it must not be there.</param>
    /// <param name="said">Told what is being done.</param>
    public static void Write(string form, string checkpoint, string baseModel, string baseName, string card, string quantize, string? task, string final, ComputeChoice compute, Action<string> said)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(final)!, $".{Path.GetFileName(final)}.tmp");
        Directory.CreateDirectory(Path.GetDirectoryName(final)!);
        if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        try
        {
            if (form == ExportForms.Adapter) AdapterFolder.Copy(checkpoint, temporary, baseName);
            else WriteModel(form, checkpoint, baseModel, quantize, task, temporary, compute, said);
            AtomicFile.WriteText(Path.Combine(temporary, ModelCard.FileName), card);
            AtomicFile.PublishFolder(temporary, final);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private static void WriteModel(string form, string checkpoint, string baseModel, string quantize, string? task, string folder, ComputeChoice compute, Action<string> said)
    {
        said("reading the model");
        using var model = CausalLm.Load(form == ExportForms.Full ? checkpoint : baseModel, new() { Device = compute.Torch, Quantize = form == ExportForms.Full ? WeightPacking.None : quantize });
        said("writing the weights");
        if (form == ExportForms.Full)
        {
            ModelFolder.Write(model, folder);
            HeadFiles.Copy(checkpoint, folder);
        }
        else
        {
            using var adapter = AdapterFolder.Load(model, checkpoint);
            model.Task = task;
            adapter.SaveMerged(folder);
        }
        if (!File.Exists(Path.Combine(folder, GenerationFile))) WriteGeneration(folder);
    }

    /// <summary>What ends a text, for programs that look for it in this file.</summary>
    private static void WriteGeneration(string folder)
    {
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "config.json")))!.AsObject();
        var generation = new JsonObject { ["do_sample"] = false };
        foreach (var name in new[] { "bos_token_id", "eos_token_id", "pad_token_id" })
            if (config[name] is { } id) generation[name] = id.DeepClone();
        AtomicFile.WriteText(Path.Combine(folder, GenerationFile), generation.ToJsonString(WireJson.Indented) + "\n");
    }
}
