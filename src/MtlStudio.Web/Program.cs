using MtlStudio.Web.Hosting;

return StudioHost.Run(args);
