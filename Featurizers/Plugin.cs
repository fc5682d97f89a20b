[assembly: MLPipes.Pipelines.MLPipesPlugin]
