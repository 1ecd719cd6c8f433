using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>A trainer whose disk fills while it saves: on a small disk of its own.</summary>
public sealed class FullDiskTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    public void Run_SaysSoAndGoesOnFromItsLastCheckpoint_WhenTheDiskWasFull()
    {
        var spec = TinyProject.Spec(steps: 16);
        spec["peft"] = new JsonObject { ["name"] = "full" };
        spec["checkpoints"]!["every"] = 1;
        spec["checkpoints"]!["keepLast"] = 16;
        project.WriteSpec("full-disk.json", spec);
        Assert.Equal(ExitCodes.Done, TinyProject.Mtl("run", "--spec", project["full-disk.json"], "--dir", project["undisturbed"], "--threads", "1").Code);

        using var folder = new Testing.TemporaryFolder();
        using var disk = SmallDisk.Mount(folder.Root, megabytes: 1);
        var dir = Path.Combine(disk.Root, "run");
        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project["full-disk.json"], "--dir", dir, "--threads", "1");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("The disk is full", errors);
        Assert.Contains("free some space", errors);
        var ended = Assert.IsType<EndedEvent>(TinyProject.Events(dir)[^1]);
        Assert.Equal(RunOutcomes.Failed, ended.Outcome);
        Assert.Contains("free some space", ended.Message);
        Assert.InRange(ended.Step, 1, 15);

        disk.Remount("size=16m");
        (code, _, errors) = TinyProject.Mtl("resume", "--dir", dir, "--threads", "1");
        Assert.True(code == ExitCodes.Done, errors);
        Assert.Equal(Losses(project["undisturbed"]), Losses(dir));
    }

    /// <summary>The training loss of every step; a step told anew after the resume counts as it was told last.</summary>
    private static SortedDictionary<long, double> Losses(string dir)
    {
        var events = TinyProject.Events(dir);
        var id = events.OfType<SeriesEvent>().SelectMany(e => e.Series).First(series => series.Name == SeriesNames.TrainLoss).Id;
        var losses = new SortedDictionary<long, double>();
        foreach (var points in events.OfType<PointsEvent>())
            for (var i = 0; i < points.Ids.Count; i++)
                if (points.Ids[i] == id) losses[points.Index] = points.Values[i];
        return losses;
    }
}
