# The training loop has saved the best model:
#     torch.save(model.state_dict(), "best.pt")
# In another program, begin with the data set and the class.
saved_model = GarmentClassifier()
saved_model.load_state_dict(
    torch.load("best.pt", weights_only=True))
saved_model.eval()

with torch.no_grad():
    image, label = validation_set[0]
    outputs = saved_model(image.unsqueeze(0))
    print(outputs.softmax(dim=1))
