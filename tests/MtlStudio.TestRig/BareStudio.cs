using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MtlStudio.Core.IO;
using MtlStudio.Store;
using MtlStudio.Web.Supervision;

namespace MtlStudio.TestRig;

/// <summary>A studio without pages: store and supervision in a process of their own, to be killed.</summary>
public static class BareStudio
{
    /// <param name="data">The data folder.</param>
    /// <param name="trainer">The trainer's program.</param>
    /// <param name="settings">Of <see cref="SupervisionOptions"/>, as <c>--DeathsBeforeFailure=9</c>, and <c>--slots=2</c>.</param>
    public static async Task<int> RunAsync(string data, string trainer, string[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddCommandLine(settings);
        builder.Services.AddStudio(new DataFolder(data), builder.Configuration.Get<SupervisionOptions>()! with { Trainer = trainer },
            builder.Configuration.GetValue("slots", 2));
        using var host = builder.Build();
        await using var database = host.Services.GetRequiredService<StudioDatabase>();
        await database.OpenAsync();
        await host.RunAsync();
        return 0;
    }

    /// <summary>Store and supervision, with so many CPU slots of one thread.</summary>
    public static void AddStudio(this IServiceCollection services, DataFolder folder, SupervisionOptions options, int slots)
    {
        services.AddStudioStore(folder);
        services.AddSupervision(options, [.. Enumerable.Range(0, slots).Select(slot => new TrainingDevice($"cpu:{slot}", 1))]);
    }
}
